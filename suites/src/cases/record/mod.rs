//! Chapter record: the discovery record.

mod access;
mod fresh;
mod links;
mod modes;
mod own;
mod place;
mod redirect;
mod truth;
mod twice;
mod unreadable;
mod whole;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    place::STATE_HOME,
    place::DEFAULT,
    place::EMPTY,
    place::RELATIVE,
    whole::WHOLE,
    truth::OWN_PROCESS,
    truth::RENEWED,
    truth::ZONE,
    truth::START_TIME,
    modes::RECORD,
    modes::DIRECTORY,
    modes::HARSH,
    modes::LOOSE_RECORD,
    modes::LOOSE_DIRECTORY,
    modes::ANCESTORS,
    access::DIRECTORY,
    access::PROTECTION,
    access::RECORD,
    access::LOOSE,
    links::NOT_WRITTEN,
    links::DANGLING,
    links::NOT_BELIEVED,
    fresh::FRESH_HOME,
    fresh::DEEP,
    fresh::NON_ASCII_STATE,
    fresh::NON_ASCII_HOME,
    unreadable::EMPTY,
    unreadable::CUT_SHORT,
    unreadable::NOT_JSON,
    unreadable::BINARY,
    unreadable::ARRAY,
    unreadable::NO_FIELDS,
    unreadable::NESTED,
    unreadable::WRONG_TYPES,
    unreadable::HUGE,
    unreadable::PID_ZERO,
    unreadable::NEGATIVE_PID,
    unreadable::HUGE_PID,
    twice::EMPTY,
    twice::FOREIGN,
    twice::DIRECTORY,
    redirect::NO_INSTANCE,
    redirect::NOT_FOLLOWED,
];
