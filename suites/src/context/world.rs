//! The context itself: one target in one sandbox.

use crate::bounds::Bounds;
use crate::targets::{FIXTURES_VARIABLE, LoadedTarget};
use crate::verdict::{Outcome, Stop};
use harness::driver::Driver;
use harness::endpoint::Endpoint;
use harness::events::Recorder;
use harness::files::Snapshot;
use harness::process::Process;
use harness::sandbox::{Sandbox, SandboxOptions};
use harness::standin::Stage;
use harness::target::{Capability, Manifest, Values};
use harness::watch::TreeWatch;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// One target in one sandbox. Clones are the same context.
#[derive(Clone, Debug)]
pub struct Context(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What happens in the sandbox, as evidence.
    watch: RefCell<Option<TreeWatch>>,
    sandbox: Rc<RefCell<Sandbox>>,
    target: LoadedTarget,
    program: PathBuf,
    bounds: Bounds,
    recorder: Recorder,
    defect: Option<Defect>,
    checks: Rc<Cell<u32>>,
    instances: Rc<Cell<u32>>,
    started: Rc<RefCell<Vec<Rc<Process>>>>,
    left_record: RefCell<Option<(PathBuf, Snapshot)>>,
    stage: OnceCell<Rc<Stage>>,
    drivers: RefCell<Vec<Rc<Driver>>>,
}

/// A defect that is switched on, and the file in which the target says that it was reached.
#[derive(Clone, Debug)]
pub struct Defect {
    /// Its name.
    pub name: String,
    /// The side channel.
    pub report: PathBuf,
}

impl Context {
    /// Makes the sandbox.
    ///
    /// # Errors
    /// [`Stop`] when the target's program cannot be found or the sandbox cannot be made.
    pub fn new(
        target: &LoadedTarget,
        defect: Option<Defect>,
        recorder: &Recorder,
        keep: bool,
    ) -> Outcome<Self> {
        let program = target.check_program().map_err(Stop::CouldNotRun)?;
        let sandbox = Sandbox::with(&SandboxOptions {
            keep,
            ..SandboxOptions::default()
        })?;
        let context = Self(Rc::new(Inner {
            watch: RefCell::new(None),
            sandbox: Rc::new(RefCell::new(sandbox)),
            bounds: Bounds::of(&target.manifest),
            target: target.clone(),
            program,
            recorder: recorder.clone(),
            defect,
            checks: Rc::default(),
            instances: Rc::default(),
            started: Rc::default(),
            left_record: RefCell::new(None),
            stage: OnceCell::new(),
            drivers: RefCell::new(Vec::new()),
        }));
        recorder.record(harness::events::Event::Sandbox {
            root: context.root().display().to_string(),
        });
        context.make_used_account()?;
        context.watch();
        Ok(context)
    }

    /// Another target in this same sandbox, which the case starts beside its own. What it does counts for this case, and no
    /// defect is switched on in it.
    pub(super) fn beside(&self, target: &LoadedTarget) -> Outcome<Self> {
        let own = &self.0;
        let program = target.check_program().map_err(Stop::CouldNotRun)?;
        Ok(Self(Rc::new(Inner {
            watch: RefCell::new(None),
            sandbox: Rc::clone(&own.sandbox),
            bounds: Bounds::of(&target.manifest),
            target: target.clone(),
            program,
            recorder: own.recorder.clone(),
            defect: None,
            checks: Rc::clone(&own.checks),
            instances: Rc::clone(&own.instances),
            started: Rc::clone(&own.started),
            left_record: RefCell::new(None),
            stage: OnceCell::new(),
            drivers: RefCell::new(Vec::new()),
        })))
    }

    /// Begins anew in a sandbox whose home directory has this name; for cases about the name itself.
    ///
    /// # Errors
    /// [`Stop`] when the sandbox cannot be made.
    pub fn with_home_named(&self, name: &str) -> Outcome {
        let options = SandboxOptions {
            home: Some(name.to_owned()),
            ..SandboxOptions::default()
        };
        self.stop_watching();
        *self.0.sandbox.borrow_mut() = Sandbox::with(&options)?;
        self.make_used_account()?;
        self.watch();
        Ok(())
    }

    fn watch(&self) {
        if self.recorder().is_on() {
            *self.0.watch.borrow_mut() = Some(TreeWatch::start(&self.root(), self.recorder()));
        }
    }

    /// From now on changes in the sandbox are no evidence.
    pub(crate) fn stop_watching(&self) {
        *self.0.watch.borrow_mut() = None;
    }

    /// An account that has been used before: its state directory is there. A fresh one is the subject of cases of its own,
    /// which start the target in a directory that does not exist.
    fn make_used_account(&self) -> Outcome {
        self.private_directories(Some(&self.state()))
    }

    /// Writes the files that the manifest provides as a start needs them: a target that is told its address in a file has
    /// another file for each address. What is as it should be already is left alone.
    pub(super) fn provide_files(&self, values: &Values) -> Outcome {
        for file in &self.manifest().file {
            let path = PathBuf::from(expand(values, &file.path)?);
            let content = expand(values, &file.content)?;
            if std::fs::read(&path).is_ok_and(|there| there == content.as_bytes()) {
                continue;
            }
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, content)?;
        }
        Ok(())
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.0.target.manifest
    }

    /// The target, with what was found out about it before.
    pub(super) fn target(&self) -> &LoadedTarget {
        &self.0.target
    }

    /// Whether the target claims this.
    #[must_use]
    pub fn claims(&self, capability: Capability) -> bool {
        self.manifest().capabilities.supports.contains(&capability)
    }

    /// The bounds that hold for the target.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.0.bounds
    }

    /// Where evidence goes.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.0.recorder
    }

    /// How many checks were made so far.
    #[must_use]
    pub fn checks(&self) -> u32 {
        self.0.checks.get()
    }

    pub(super) fn count_check(&self) {
        self.0.checks.set(self.0.checks.get() + 1);
    }

    /// The next name for an instance of the target, such as `backend-1`.
    pub(super) fn next_instance(&self) -> String {
        self.0.instances.set(self.0.instances.get() + 1);
        format!("{}-{}", self.manifest().target.role, self.0.instances.get())
    }

    pub(super) fn adopt(&self, process: Process) -> Rc<Process> {
        let process = Rc::new(process);
        self.0.started.borrow_mut().push(Rc::clone(&process));
        process
    }

    /// Keeps in mind what a case left in the record's place.
    pub(super) fn remember_left_record(&self, path: &Path) {
        *self.0.left_record.borrow_mut() = Some((path.to_owned(), Snapshot::of(path)));
    }

    /// What a case left in the record's place, once.
    pub(super) fn take_left_record(&self) -> Option<(PathBuf, Snapshot)> {
        self.0.left_record.borrow_mut().take()
    }

    /// All processes that were started in this context.
    #[must_use]
    pub fn started(&self) -> Vec<Rc<Process>> {
        self.0.started.borrow().clone()
    }

    pub(super) fn stage_cell(&self) -> &OnceCell<Rc<Stage>> {
        &self.0.stage
    }

    /// Keeps in mind with whom is talked.
    pub(super) fn remember_driver(&self, driver: &Rc<Driver>) {
        self.0.drivers.borrow_mut().push(Rc::clone(driver));
    }

    /// The conversations with the clients of this case.
    pub(super) fn drivers(&self) -> Vec<Rc<Driver>> {
        self.0.drivers.borrow().clone()
    }

    pub(super) fn manifest_directory(&self) -> PathBuf {
        let parent = self.0.target.path.parent();
        parent.unwrap_or(Path::new(".")).to_owned()
    }

    pub(super) fn program(&self) -> &Path {
        &self.0.program
    }

    pub(super) fn defect(&self) -> Option<&Defect> {
        self.0.defect.as_ref()
    }

    /// The environment of targets in this sandbox.
    #[must_use]
    pub fn env(&self) -> BTreeMap<OsString, OsString> {
        self.0.sandbox.borrow().env().clone()
    }

    /// The root of the sandbox.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.0.sandbox.borrow().root().to_owned()
    }

    /// The home directory in the sandbox.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.0.sandbox.borrow().home().to_owned()
    }

    /// The directory for sockets.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.0.sandbox.borrow().runtime()
    }

    /// The path of a named pipe that is this sandbox's own.
    #[must_use]
    pub fn pipe(&self) -> String {
        self.0.sandbox.borrow().pipe().to_owned()
    }

    /// The directory in which targets are started.
    ///
    /// # Errors
    /// [`Stop::Harness`] when the manifest's own cannot be expanded.
    pub fn directory(&self) -> Outcome<PathBuf> {
        self.directory_with(&self.env())
    }

    pub(super) fn directory_with(&self, env: &BTreeMap<OsString, OsString>) -> Outcome<PathBuf> {
        match &self.manifest().launch.cwd {
            Some(directory) => Ok(PathBuf::from(expand(&self.values(env), directory)?)),
            None => Ok(self.work()),
        }
    }

    /// The directory in which targets are started, unless the manifest names another.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.0.sandbox.borrow().work()
    }

    /// The temporary directory of targets.
    #[must_use]
    pub fn temp(&self) -> PathBuf {
        self.0.sandbox.borrow().temp()
    }

    /// The directory under which targets keep their state.
    #[must_use]
    pub fn state(&self) -> PathBuf {
        self.0.sandbox.borrow().state()
    }

    /// Every path in the sandbox, relative to its root.
    #[must_use]
    pub fn listing(&self) -> Vec<PathBuf> {
        self.0.sandbox.borrow().listing()
    }

    /// The address that the manifest states, expanded.
    #[must_use]
    pub fn address(&self) -> String {
        let text = self.manifest().address.here();
        let values = self.values(self.0.sandbox.borrow().env());
        // The manifest's texts were checked when it was loaded.
        text.and_then(|text| values.expand(text).ok())
            .unwrap_or_default()
    }

    /// Another address of the same kind, at which nobody has listened yet: a socket beside the other sockets, or a pipe of the
    /// sandbox's own.
    #[must_use]
    pub fn address_beside(&self, name: &str) -> String {
        if Endpoint::is_pipe_path(&self.address()) {
            format!("{}-{name}", self.pipe())
        } else {
            self.runtime()
                .join(format!("{name}.sock"))
                .display()
                .to_string()
        }
    }

    /// As [`Context::address_beside`], for the harness itself to listen at or to connect to.
    #[must_use]
    pub fn endpoint_beside(&self, name: &str) -> Endpoint {
        Endpoint::from_text(&self.address_beside(name))
    }

    /// The path of the socket at the address that the manifest states.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        PathBuf::from(self.address())
    }

    /// What the manifest's placeholders stand for with this environment.
    pub(super) fn values(&self, env: &BTreeMap<OsString, OsString>) -> Values {
        let manifest_dir = self.manifest_directory();
        let text = |path: PathBuf| path.display().to_string();
        Values::new()
            .with("manifest_dir", manifest_dir.display().to_string())
            .with(
                "fixtures",
                std::env::var(FIXTURES_VARIABLE).unwrap_or_default(),
            )
            .with("id", self.0.target.id())
            .with("home", text(self.home()))
            .with("state", text(harness::sandbox::state_directory(env)))
            .with("config", text(self.root().join("config")))
            .with("runtime", text(self.runtime()))
            .with("pipe", self.pipe())
            .with("tmp", text(self.temp()))
            .with("work", text(self.work()))
    }
}

pub(super) fn expand(values: &Values, text: &str) -> Outcome<String> {
    values
        .expand(text)
        .map_err(|error| Stop::Harness(format!("manifest: `{text}`: {error}")))
}
