//! Chapter client: a client that owns its backend.

mod crash;
mod external;
mod failed_start;
mod instances;
mod launch;
mod orphans;
mod output;
mod port;
mod quit;
mod readiness;
mod reasons;
mod refused;
mod restart;
mod restart_trouble;
mod starting;
mod stop;
mod stopping;
mod strangers;
mod unsaid;
mod version;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    launch::ADDRESS,
    launch::SPACES,
    launch::ENVIRONMENT,
    output::STDERR,
    output::STDOUT,
    readiness::LATE_PATH,
    readiness::LATE_LISTEN,
    readiness::LATE_ACCEPT,
    readiness::UNHEALTHY,
    starting::ANNOUNCED,
    starting::WHILE_STARTING,
    failed_start::EXIT,
    failed_start::NEVER_READY,
    failed_start::MISSING,
    failed_start::UNEXECUTABLE,
    reasons::ONE_PIECE,
    reasons::CUT,
    reasons::AMONG_OTHERS,
    reasons::NO_LINE_END,
    reasons::OTHER_WORDS,
    starting::SECOND_START,
    starting::AT_ONCE,
    crash::REPORTED,
    crash::CALL,
    output::GRANDCHILD,
    output::GRANDCHILD_OF_A_FAILED_START,
    crash::STARTS_AGAIN,
    restart::ONE,
    restart::SLOW_DRAIN,
    restart::DEAF,
    restart::STOPPED,
    restart_trouble::FAILED,
    restart_trouble::AT_ONCE,
    restart_trouble::LATE_END,
    stop::ASKS_FIRST,
    stop::ANSWERED_AT_THE_END,
    stop::DEAF,
    stop::TOLD_AS_ONE,
    stop::KILL_TOLD_AS_STOP,
    stop::CLEARS,
    stop::NOTHING,
    stopping::ADDRESS,
    stopping::CALL,
    stopping::UNDER_WAY,
    stopping::DURING_START,
    quit::QUIT,
    quit::END_OF_INPUT,
    quit::SIGTERM,
    quit::SIGINT,
    quit::BOUNDED,
    orphans::KILL,
    orphans::ORPHAN,
    orphans::DEAF_ORPHAN,
    strangers::REUSED_PID,
    strangers::HOLDER,
    instances::APART,
    instances::SECOND,
    instances::AFTER_A_KILL,
    external::NOT_LAUNCHED,
    external::IS_SHOWN,
    external::NOT_STOPPED,
    external::NO_RESTART,
    external::BAD_ADDRESS,
    external::PIPE_IN_ANY_CASE,
    port::HANDED_ON,
    port::BAD,
    version::UNKNOWN,
    refused::RESTART,
    refused::BRIDGE,
    refused::ABORT,
    refused::EXTERNAL,
    refused::PORT,
    unsaid::RESTART,
    unsaid::BRIDGE,
    unsaid::ABORT,
    unsaid::SECOND,
];
