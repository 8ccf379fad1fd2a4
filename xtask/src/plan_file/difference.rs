//! In what two plans differ, in words.

use super::{PlannedCase, Whole};
use suites::plan::Gate;

impl Whole {
    /// What another plan has that this one has not, in words; nothing where both are the same.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let named = |what: &str, one: &str, another: &str| {
            (one != another).then(|| format!("{what} {another} instead of {one}"))
        };
        let ids = |whole: &Self| -> Vec<String> {
            let own = whole.targets.iter();
            own.map(|target| target.id.clone()).collect()
        };
        let parts =
            |whole: &Self| format!("{:?} in {} parts", whole.deal, whole.parts).to_lowercase();
        named("it is of", &self.platform, &other.platform)
            .or_else(|| named("it was dealt by", &parts(self), &parts(other)))
            .or_else(|| {
                named(
                    "its targets are",
                    &ids(self).join("+"),
                    &ids(other).join("+"),
                )
            })
            .or_else(|| {
                let mut pairs = self.targets.iter().zip(&other.targets);
                let (target, _) = pairs.find(|(one, another)| one != another)?;
                Some(format!("the manifest of {} is another", target.id))
            })
            .or_else(|| {
                (self.defects != other.defects).then(|| "its defects are others".to_owned())
            })
            .or_else(|| other_cases(&self.cases, &other.cases))
    }
}

fn other_cases(one: &[PlannedCase], another: &[PlannedCase]) -> Option<String> {
    let named = |cases: &[PlannedCase], name: &str| cases.iter().any(|case| case.name() == name);
    let absent = |from: &[PlannedCase], of: &[PlannedCase]| {
        let mut names = of.iter().map(PlannedCase::name);
        names.find(|name| !named(from, name))
    };
    absent(another, one)
        .map(|name| format!("it does not know {name}"))
        .or_else(|| absent(one, another).map(|name| format!("it alone knows {name}")))
        .or_else(|| {
            let (_, other) = one.iter().zip(another).find(|(one, other)| one != other)?;
            let gate = match &other.gate {
                Gate::Run => "tried".to_owned(),
                Gate::NotApplicable(why) | Gate::CouldNotRun(why) => format!("left out, as {why}"),
            };
            Some(format!("{} is planned otherwise ({gate})", other.name()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_file::Plan;
    use rstest::rstest;

    #[rstest]
    #[case::platform(|whole: &mut Whole| whole.platform = "macos-aarch64".into(), "it is of macos-aarch64 instead of linux-x86_64")]
    #[case::wine(|whole: &mut Whole| whole.platform = "linux-x86_64-wine".into(), "it is of linux-x86_64-wine instead of linux-x86_64")]
    #[case::parts(|whole: &mut Whole| whole.parts = 3, "it was dealt by slice in 3 parts instead of slice in 2 parts")]
    #[case::targets(|whole: &mut Whole| whole.targets[0].id = "yours".into(), "its targets are yours instead of mine")]
    #[case::manifest(|whole: &mut Whole| whole.targets[0].manifest = "1".into(), "the manifest of mine is another")]
    #[case::defects(|whole: &mut Whole| whole.defects = "1".into(), "its defects are others")]
    #[case::a_case_less(|whole: &mut Whole| { whole.cases.pop(); }, "it does not know mine::record.it-is-there")]
    #[case::another_case(|whole: &mut Whole| { whole.cases.push(PlannedCase { id: "stop.new".into(), ..whole.cases[0].clone() }); }, "it alone knows mine::stop.new")]
    #[case::another_gate(|whole: &mut Whole| whole.cases[2].gate = Gate::Run, "mine::record.it-is-there is planned otherwise (tried)")]
    fn plans_that_differ_say_in_what(#[case] change: fn(&mut Whole), #[case] words: &str) {
        let one = Plan::for_tests(1).whole;
        let mut other = one.clone();
        assert_eq!(one.difference(&other), None);
        change(&mut other);
        assert_eq!(one.difference(&other).as_deref(), Some(words));
        assert_ne!(one.digest().unwrap(), other.digest().unwrap());
    }
}
