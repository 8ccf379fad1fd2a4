//! Chapter address: forms of address.

mod found_again;
mod listeners;
mod pipes;
mod reader_http;
mod reader_pipe;
mod reader_socket;
mod recorded;
mod refusal;
mod refused_forms;
mod refused_paths;
mod served;

use crate::case::Case;

pub(super) const CASES: &[Case] = &[
    served::SOCKET,
    served::LONGEST_PATH,
    served::PORT_ZERO,
    served::IPV6,
    found_again::SPACE,
    found_again::PERCENT,
    found_again::QUESTION_MARK,
    found_again::HASH,
    found_again::NON_ASCII,
    found_again::ESCAPE,
    refused_paths::ONE_BYTE_TOO_LONG,
    refused_paths::FAR_TOO_LONG,
    refused_paths::RELATIVE,
    refused_paths::DOTDOT,
    refused_paths::TRAILING_SLASH,
    refused_paths::FILE_AS_PARENT,
    refused_forms::NOT_ABSTRACT,
    refused_forms::ABSTRACT_NAME,
    refused_forms::EMPTY,
    refused_forms::PORT_TOO_LARGE,
    refused_forms::HEXADECIMAL_PORT,
    refused_forms::PIPE,
    refused_forms::MIXED_CASE_PIPE,
    pipes::PREFIX_IN_ANY_CASE,
    pipes::LONGEST,
    pipes::RECORDED,
    pipes::TOO_LONG,
    pipes::ODD_CHARACTER,
    pipes::DEVICE,
    refused_forms::EXPLAINED_IN_REFUSAL,
    refused_forms::NAMED_IN_REFUSAL,
    listeners::SOCKET_ONLY,
    listeners::LOOPBACK_ONLY,
    reader_socket::PLAIN,
    reader_socket::ESCAPED,
    reader_socket::UPPER_CASE_SCHEME,
    reader_socket::AUTHORITY,
    reader_socket::QUERY,
    reader_socket::FRAGMENT,
    reader_socket::DOTDOT,
    reader_socket::ESCAPED_DOTDOT,
    reader_socket::ESCAPED_SLASH,
    reader_socket::RELATIVE,
    reader_socket::NUL,
    reader_socket::BAD_ESCAPE,
    reader_http::IPV4,
    reader_http::IPV6,
    reader_http::HOST_NAME,
    reader_http::UNSPECIFIED,
    reader_http::DECIMAL,
    reader_http::USER_INFO,
    reader_http::OTHER_SCHEME,
    reader_pipe::PLAIN,
    reader_pipe::UPPER_CASE,
    reader_pipe::PATH,
    reader_pipe::QUERY,
    reader_pipe::PORT,
    reader_pipe::USER,
    reader_pipe::PREFIX,
    reader_pipe::LONG,
    reader_pipe::DEVICE,
];
