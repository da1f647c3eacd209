#pragma once

#include <mkdb/log/manifest.hpp>
#include <mkdb/log/segment_numbers.hpp>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace mkdb::log {

/// A manifest that the writer of a log and its upkeep edit side by side, and the one source of segment numbers.
///
/// After an edit that failed nobody knows where the manifest ends: no further edit is made, and the writer is told to
/// stop, until the log is opened again (R12).
/// Thread safety: safe from any thread.
template <class Files>
class shared_manifest {
public:
    explicit shared_manifest(manifest<Files> list)
        : list_(std::move(list)), log_id_(list_.log_id()), next_number_(list_.state().next_number()) {}

    [[nodiscard]] uuid const& log_id() const noexcept { return log_id_; }

    /// A number for a new segment. Nobody else gets it, also when no segment of this number is ever listed.
    /// Errors: `limit_exceeded` when fewer than `to_leave` would be left, which changes nothing.
    [[nodiscard]] result<std::uint32_t> take_number(std::uint32_t to_leave) {
        std::lock_guard const lock(mutex_);
        MKDB_TRY(check_segment_number(next_number_, to_leave));
        return next_number_++;
    }

    /// For a number whose segment was not made after all: a disk that stays full must not use them up.
    void give_back(std::uint32_t number) {
        std::lock_guard const lock(mutex_);
        next_number_ -= number + 1 == next_number_ ? 1 : 0;
    }

    /// Errors: `read_only` after an edit that failed; `closed`.
    [[nodiscard]] result<> check_usable() const {
        std::lock_guard const lock(mutex_);
        return usable();
    }

    /// Makes sure that the next edit, of so many entries, finds room on the disk. Errors: those of `check_usable`;
    /// `no_space`, which changes nothing; `io`.
    [[nodiscard]] result<> reserve(std::size_t entries) {
        std::lock_guard const lock(mutex_);
        MKDB_TRY(usable());
        return list_.reserve(entries);
    }

    /// Makes an edit durable. Errors: those of `check_usable`; any other means that it is not known what the edit left.
    /// `std::bad_alloc` leaves all as it was.
    [[nodiscard]] result<> append(std::span<manifest_entry const> entries) {
        std::lock_guard const lock(mutex_);
        MKDB_TRY(usable());
        auto outcome = list_.append(entries);
        if (!outcome) {
            note_failure(outcome.error());
        }
        return outcome;
    }

    /// What the edit that failed met, if one did.
    [[nodiscard]] std::optional<std::string> failure() const {
        if (!failed_.load()) {
            return std::nullopt;
        }
        std::lock_guard const lock(mutex_);
        return failure_;
    }

    /// Runs `look(state)` while no edit is made.
    template <class Look>
    auto inspect(Look&& look) const {
        std::lock_guard const lock(mutex_);
        return std::forward<Look>(look)(list_.state());
    }

    [[nodiscard]] result<> close() {
        std::lock_guard const lock(mutex_);
        closed_ = true;
        return list_.close();
    }

private:
    /// It must not be forgotten.
    void note_failure(error const& met) noexcept {
        failure_ = met.message;
        failed_.store(true);
    }

    [[nodiscard]] result<> usable() const {
        if (failure_) {
            return fail(errc::read_only,
                        "the manifest takes no more edits until it is opened again, because: " + *failure_);
        }
        return closed_ ? result<>(fail(errc::closed, "the manifest is closed")) : result<>();
    }

    mutable std::mutex mutex_;
    manifest<Files> list_;
    uuid log_id_;
    std::uint32_t next_number_;
    std::optional<std::string> failure_;
    std::atomic<bool> failed_{false};
    bool closed_ = false;
};

} // namespace mkdb::log
