#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mkdb {

/// What went wrong, as a value that a program can act on. The numbers are stable: append, never renumber.
enum class errc : std::uint16_t {
    invalid_argument = 1,   ///< A caller's value is malformed or out of range; nothing changed.
    not_found = 2,          ///< No record under this id.
    store_not_found = 3,    ///< No store of this name.
    store_exists = 4,       ///< A store of this name is there already.
    revision_conflict = 5,  ///< The record is not at the revision that the write was conditional on.
    query_syntax = 6,       ///< A filter or query that is not understood.
    query_timeout = 7,      ///< A query ran over its time limit.
    limit_exceeded = 8,     ///< Something is larger, deeper or more than a documented limit.
    corrupt_record = 9,     ///< Stored bytes fail their checksum and nothing can restore them.
    corrupt_file = 10,      ///< A file's structure is damaged beyond what recovery can explain.
    io = 11,                ///< The operating system refused a read, a write or a sync.
    no_space = 12,          ///< The disk or a quota is full.
    read_only = 13,         ///< An earlier write failure made the store refuse further writes.
    outcome_unknown = 14,   ///< A write failed after its bytes may have reached the disk.
    locked = 15,            ///< Another process owns the database directory.
    format_unknown = 16,    ///< A file is not of this format or was made by another policy.
    format_newer = 17,      ///< A file was written by a newer version.
    permission_denied = 18, ///< The caller is known and may not do this.
    unauthenticated = 19,   ///< Credentials are missing or wrong.
    closed = 20,            ///< The database or connection is closed.
    cancelled = 21,         ///< The caller went away or the server is stopping.
    unsupported = 22,       ///< The program was not built with what was asked for.
    rate_limited = 23,      ///< Too many requests; later ones may pass.
    connection = 24,        ///< A peer could not be reached or broke the connection.
    out_of_memory = 25,     ///< There was no memory for it; nothing changed.
    value_taken = 26,       ///< Another record holds the value of a field that no two may share; nothing changed.
};

/// The enumerator's name, for logs and test output.
[[nodiscard]] constexpr std::string_view to_string(errc code) noexcept {
    switch (code) {
    case errc::invalid_argument: return "invalid_argument";
    case errc::not_found: return "not_found";
    case errc::store_not_found: return "store_not_found";
    case errc::store_exists: return "store_exists";
    case errc::revision_conflict: return "revision_conflict";
    case errc::query_syntax: return "query_syntax";
    case errc::query_timeout: return "query_timeout";
    case errc::limit_exceeded: return "limit_exceeded";
    case errc::corrupt_record: return "corrupt_record";
    case errc::corrupt_file: return "corrupt_file";
    case errc::io: return "io";
    case errc::no_space: return "no_space";
    case errc::read_only: return "read_only";
    case errc::outcome_unknown: return "outcome_unknown";
    case errc::locked: return "locked";
    case errc::format_unknown: return "format_unknown";
    case errc::format_newer: return "format_newer";
    case errc::permission_denied: return "permission_denied";
    case errc::unauthenticated: return "unauthenticated";
    case errc::closed: return "closed";
    case errc::cancelled: return "cancelled";
    case errc::unsupported: return "unsupported";
    case errc::rate_limited: return "rate_limited";
    case errc::connection: return "connection";
    case errc::out_of_memory: return "out_of_memory";
    case errc::value_taken: return "value_taken";
    }
    return "unknown";
}

/// A failure: its kind, and one plain sentence that says where and what was expected.
struct error {
    errc code = errc::invalid_argument;
    std::string message;
};

/// What `result<T>::value()` throws when there is no value.
class bad_result : public std::runtime_error {
public:
    explicit bad_result(error const& failure) : std::runtime_error(failure.message), code_(failure.code) {}
    [[nodiscard]] errc code() const noexcept { return code_; }

private:
    errc code_;
};

/// Found by argument-dependent lookup from `boost::system::result::value()`.
[[noreturn]] inline void throw_exception_from_error(error const& failure, auto const& /*location*/) {
    throw bad_result(failure);
}

} // namespace mkdb
