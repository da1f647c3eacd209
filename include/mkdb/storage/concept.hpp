#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::storage {

/// Values are wire format: append, never renumber.
enum class record_kind : std::uint8_t {
    put = 1,       ///< The value is the record's newest JSON text.
    tombstone = 2, ///< The record is deleted; the value is empty.
};

/// One record version on its way into the log. The views stay valid for the duration of `append`.
struct log_record {
    record_kind kind = record_kind::put;
    std::uint64_t sequence = 0; ///< Decides which version wins; grows within a partition.
    std::uint64_t created = 0;  ///< Sequence of the version that created the record; orders unsorted answers.
    std::string_view id;
    std::string_view value;
};

/// Where a stored version lies. Only the backend that made it gives it a meaning; segment 0 is never used.
struct location {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;

    friend bool operator==(location const&, location const&) = default;
};

/// A verified version read back: owns its bytes, `id` and `value` point into them.
class stored_record {
public:
    stored_record(std::string bytes, std::size_t id_offset, std::size_t id_length, std::size_t value_length)
        : bytes_(std::move(bytes)), id_offset_(id_offset), id_length_(id_length), value_length_(value_length) {}

    [[nodiscard]] std::string_view id() const noexcept {
        return std::string_view(bytes_).substr(id_offset_, id_length_);
    }
    [[nodiscard]] std::string_view value() const noexcept {
        return std::string_view(bytes_).substr(id_offset_ + id_length_, value_length_);
    }

private:
    std::string bytes_;
    std::size_t id_offset_;
    std::size_t id_length_;
    std::size_t value_length_;
};

/// A committed record that rot took. An empty id means that even its key is unreadable.
struct lost_record {
    std::string id;
    std::uint64_t sequence = 0;
};

/// What opening found and did. Nothing in it stops a start: it is shown, counted and logged.
struct recovery_report {
    std::uint64_t records = 0;            ///< Versions that replay will deliver.
    std::uint64_t torn_bytes = 0;         ///< Dropped after the last durable batch: never acknowledged in mode sync.
    std::vector<lost_record> lost;        ///< Committed, damaged, and not restorable.
    std::vector<std::string> quarantined; ///< Files that the manifest does not name, moved aside.
    std::vector<std::string> notes;       ///< One plain sentence for each thing worth an operator's eye.
};

struct storage_statistics {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t records_appended = 0;
    std::uint64_t batches_appended = 0;
    std::uint64_t bytes_appended = 0;
    std::uint64_t syncs = 0;
};

/// A durable ordered log of record versions for one partition.
///
/// `open` recovers: afterwards `replay` delivers every surviving version in log order, once, before the first append.
/// `recovery()` is complete when `replay` has returned, since only then all of the log has been read.
/// `append` takes one batch, all of it or none after a crash, and fills one location a record; the batch may be read
/// at once, and survives power loss when a later `sync` has returned. `append` may refuse with `errc::no_space` or
/// `errc::limit_exceeded`, which changes nothing. Any other failure of `append` or `sync` is final: every further one
/// fails with `errc::read_only`. A failed `sync` is `errc::outcome_unknown`.
/// `read` verifies that the bytes are whole and in their place: `errc::corrupt_record` otherwise.
///
/// Thread safety: `append` and `sync` from one thread at a time; `read` and `statistics` from any, also meanwhile.
template <class B>
concept storage_backend = std::movable<B> &&
    requires(B& backend, B const& shared, std::span<log_record const> batch, std::span<location> out, location where,
             void (*visit)(log_record const&, location const&)) {
    { backend.append(batch, out) } -> std::same_as<result<>>;
    { backend.sync() } -> std::same_as<result<>>;
    { backend.replay(visit) } -> std::same_as<result<>>;
    { backend.close() } -> std::same_as<result<>>;
    { shared.read(where) } -> std::same_as<result<stored_record>>;
    { shared.recovery() } -> std::same_as<recovery_report const&>;
    { shared.last_sequence() } -> std::same_as<std::uint64_t>;
    { shared.statistics() } -> std::same_as<storage_statistics>;
};

/// A storage policy names its bytes and opens backends over an environment (files, clock, random).
///
/// `format_name()` is kept in the store's identity and checked on opening: bytes made by another policy are refused.
template <class P, class Environment>
concept storage_policy = requires(Environment& environment, std::filesystem::path const& directory,
                                  typename P::options const& options) {
    typename P::template backend<Environment>;
    requires storage_backend<typename P::template backend<Environment>>;
    { P::format_name(options) } -> std::convertible_to<std::string>;
    {
        P::template backend<Environment>::open(environment, directory, options)
        } -> std::same_as<result<typename P::template backend<Environment>>>;
};

} // namespace mkdb::storage
