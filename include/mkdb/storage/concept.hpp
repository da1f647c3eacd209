#pragma once

#include <mkdb/core/result.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::storage {

/// Values are wire format: append, never renumber.
enum class record_kind : std::uint8_t {
    put = 1,       ///< The value is the record's newest JSON text.
    tombstone = 2, ///< The record is deleted; the value is empty.
    redo = 3,      ///< The value is what a commit over several partitions owes to others; the id is empty.
};

/// One record version on its way into the log. The views stay valid for the duration of `append`.
struct log_record {
    record_kind kind = record_kind::put;
    std::uint64_t sequence = 0; ///< Decides which version wins; grows within a partition.
    std::uint64_t created = 0;  ///< Sequence of the version that created the record; orders unsorted answers.
    std::string_view id;
    std::string_view value;
};

/// Where a stored version lies. Only the backend that made it gives it a meaning; segment 0 and length 0 are never
/// used.
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
    std::uint64_t bytes_rewritten = 0;   ///< By compaction; not in `bytes_appended`.
    std::uint64_t unprotected_bytes = 0; ///< Of `bytes`: damage to them would not be restored.
    std::uint64_t parity_bytes = 0;      ///< On the disk beside `bytes`.
    std::uint64_t healed_blocks = 0;     ///< Since the log was opened, as the next.
    std::uint64_t healed_segments = 0;
    std::uint64_t unrecoverable_segments = 0; ///< Known to be damaged beyond what can be restored.
};

/// A durable ordered log of record versions for one partition.
///
/// `open` recovers: afterwards `replay` delivers every surviving version in log order, once, before the first append.
/// `recovery()` is complete when `replay` has returned, since only then all of the log has been read.
/// `last_sequence()` is that of the newest version which the log has or had, never of one that a crash kept from it; or
/// what was spent.
/// `append` takes one batch, all of it or none after a crash, and fills one location a record; the batch may be read
/// at once, and survives power loss when a later `sync` has returned. `append` may refuse with `errc::no_space` or
/// `errc::limit_exceeded`, which changes nothing. Any other failure of `append` or `sync` is final: every further one
/// fails with `errc::read_only`. A failed `sync` is `errc::outcome_unknown`. `std::bad_alloc` may come out of `append`
/// only when it has changed nothing; when it cannot keep that, it ends the process. `read` verifies that the bytes are
/// whole and in their place: `errc::corrupt_record` otherwise.
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

/// A segment as compaction looks at it.
struct segment_statistics {
    std::uint32_t segment = 0; ///< As in `location`.
    std::uint64_t bytes = 0;
    std::uint64_t fixed_bytes = 0;     ///< Of `bytes`: what a segment of one batch has beside its records.
    std::uint64_t tombstone_bytes = 0; ///< Of `bytes`.
    std::uint64_t first_sequence = 0;  ///< No record in it has a lower one.
    std::uint64_t last_sequence = 0;
    bool sealed = true;   ///< It does not change any more.
    bool small = false;   ///< So much smaller than it might be that a dozen of them make one.
    bool damaged = false; ///< Known to hold what cannot be read, or did so when it was replayed.
};

/// A version that a rewrite moves.
struct relocation {
    location from;
    location to;
};

/// What a rewrite takes in and gives out.
struct rewrite_counts {
    std::uint64_t segments_in = 0;
    std::uint64_t segments_out = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t records_copied = 0;
    std::uint64_t tombstones_dropped = 0;

    rewrite_counts& operator+=(rewrite_counts const& more) noexcept {
        segments_in += more.segments_in;
        segments_out += more.segments_out;
        bytes_in += more.bytes_in;
        bytes_out += more.bytes_out;
        records_copied += more.records_copied;
        tombstones_dropped += more.tombstones_dropped;
        return *this;
    }
};

/// Moves what is wanted of some sealed segments into fresh ones, and the old ones out of the log.
///
/// `step(keep)` copies a bounded part, with sequences and times of creation as they are, and returns how many bytes it
/// went through: zero when all is copied, synced and read back. `keep(log_record, location)` tells what is wanted. A
/// tombstone that may still hide an older version elsewhere is offered to `keep`, one that cannot is dropped unasked.
/// Every checksum is checked on the way: a segment with damage is never copied; `step` fails with `corrupt_file` or
/// `io`, and `unreadable()` names it. `commit` makes the copies count and the old segments not, at once also over a
/// crash; whatever made a version unwanted must be durable by then. Before, every failure leaves the log as it was. A
/// failure of `commit` itself with `outcome_unknown` is final: the backend takes no more writes; old and new places can
/// both be read; `std::bad_alloc` comes out of it only when nothing has changed. After `commit` the caller tells nobody
/// the old places any more, then calls `release`, which waits for reads under way and frees them; a read of an old
/// place fails from then on. A rewrite that goes without `commit` removes its copies.
///
/// Thread safety: one thread at a time, and one rewrite of a backend at a time; appends and reads go on meanwhile.
template <class R>
concept segment_rewrite = std::movable<R> &&
    requires(R& rewrite, R const& shared, bool (*keep)(log_record const&, location const&)) {
    { rewrite.step(keep) } -> std::same_as<result<std::uint64_t>>;
    { shared.unreadable() } -> std::same_as<std::optional<std::uint32_t>>;
    { shared.moved() } -> std::same_as<std::vector<relocation>>;
    { shared.counts() } -> std::same_as<rewrite_counts>;
    { rewrite.commit() } -> std::same_as<result<>>;
    { rewrite.release() } -> std::same_as<result<>>;
};

/// A backend whose dead versions can be removed while it is in use.
///
/// `segments` lists every segment, in order of `first_sequence`. `begin_rewrite` takes sealed, undamaged ones of them.
/// Errors of `begin_rewrite`: `invalid_argument` for any other; `read_only`, `closed`.
template <class B>
concept compactable_storage = storage_backend<B> && segment_rewrite<typename B::rewrite> &&
    requires(B& backend, B const& shared, std::span<std::uint32_t const> victims) {
    { shared.segments() } -> std::same_as<std::vector<segment_statistics>>;
    { backend.begin_rewrite(victims) } -> std::same_as<result<typename B::rewrite>>;
};

/// How far a log had come: what somebody who keeps the outcome of a replay must show to go on from there.
struct log_mark {
    std::vector<std::uint32_t> segments; ///< Those that a version before the mark may lie in, as in `location`; sorted.
    std::string bytes;                   ///< Only the backend gives them a meaning. Empty: nothing can be kept.
};

/// A backend whose replay need not begin at the beginning.
///
/// `mark`, called by the thread that appends, gives a mark behind everything that was appended; all of that is durable
/// when it returns. Its failures are as final as those of `append`. `replay_after`, called in the place of `replay`,
/// delivers only what came after the mark, or returns false and delivers nothing when this log is not the one that was
/// marked, or no longer holds every version where it was then; `replay` is called next in this case. Versions after the
/// mark have higher sequences than any before it.
/// Files in the backend's directory that are called `checkpoint` and `checkpoint.new` are not its own.
template <class B>
concept checkpointable_storage = storage_backend<B> &&
    requires(B& backend, log_mark const& mark, void (*visit)(log_record const&, location const&)) {
    { backend.mark() } -> std::same_as<result<log_mark>>;
    { backend.replay_after(mark, visit) } -> std::same_as<result<bool>>;
};

/// Whether a failed `append` changed nothing, so that later ones may pass: a full disk, a batch over the limits.
[[nodiscard]] inline bool left_no_trace(error const& failure) noexcept {
    return failure.code == errc::no_space || failure.code == errc::limit_exceeded;
}

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

/// A storage that can tell, without making anything, whether a log was ever made in a directory: then a store whose
/// disk is missing is refused instead of starting empty. Errors: `io`.
template <class P, class Files>
concept locatable_storage = requires(Files& files, std::filesystem::path const& directory,
                                     typename P::options const& options) {
    { P::is_present(files, directory, options) } -> std::same_as<result<bool>>;
};

/// A storage that can tell, without opening anything, whether a directory holds a log of its own that may have records
/// in it: then a store is not made over one whose identity is lost. Errors: `io`.
template <class P, class Files>
concept recognizable_storage = requires(Files& files, std::filesystem::path const& directory) {
    { P::may_hold_records(files, directory) } -> std::same_as<result<bool>>;
};

} // namespace mkdb::storage
