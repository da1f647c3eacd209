#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/healing.hpp>
#include <mkdb/storage/concept.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mkdb::storage {

using log::healing;
using log::healing_outcome;

/// What a backend tells while it is in use, from whatever thread comes upon it; nothing in it may call the backend
/// back.
struct storage_watch {
    std::function<void(std::string const&)> on_recovery{}; ///< Damage was found, and healed or not: one sentence.
    std::function<void()> on_unprotected{};                ///< `protect_step` has something to do.
};

/// What the scrub of one segment found and did.
struct scrub_finding {
    healing segment;
    bool parity_damaged = false; ///< `protect_step` makes it anew, unless nobody vouches for the segment.
    std::string parity_message{};
};

/// Reads one segment and what protects it, all of it, and heals what it finds.
///
/// `step` goes through a bounded part, but for the healing of a damaged segment, which is one step. It returns how many
/// bytes that was, zero at the end; then `finding` tells. A segment that leaves the log meanwhile counts as clean.
/// Errors of `step`: `io`, `no_space` when a damaged segment could not be healed for that.
/// Thread safety: one thread at a time; everything else goes on meanwhile.
template <class S>
concept segment_scrub = std::movable<S> && requires(S& scrub, S const& shared) {
    { scrub.step() } -> std::same_as<result<std::uint64_t>>;
    { shared.finding() } -> std::same_as<scrub_finding const&>;
};

/// A backend that keeps what it stores whole: it can find damage, and heal it from what it keeps for that.
///
/// A read that meets damage heals it and answers, without being asked to. `heal` looks at a segment that something else
/// found damaged, also at one that could not be restored before. `protect_step` makes a bounded part of the protection
/// that is missing, and returns how many bytes it went through: zero when none is. What is still being written may be
/// without protection: `seal_lasting` ends it, if it was being written at the last call already. `watch` comes before
/// any other thread uses the backend. Errors: `not_found` from `heal` and `begin_scrub` when the segment is not in the
/// log (any more), from `heal` also when it is still being written; `io`, `no_space`; of `seal_lasting` those of
/// `sync`. Thread safety: `seal_lasting` as `append`; the others from any thread, but not from one that is inside a
/// read.
template <class B>
concept scrubbable_storage = storage_backend<B> && segment_scrub<typename B::scrub> &&
    requires(B& backend, B const& shared, std::uint32_t segment, storage_watch watcher) {
    { shared.segments() } -> std::same_as<std::vector<segment_statistics>>;
    { backend.watch(watcher) } -> std::same_as<void>;
    { backend.heal(segment) } -> std::same_as<result<healing>>;
    { backend.protect_step() } -> std::same_as<result<std::uint64_t>>;
    { backend.seal_lasting() } -> std::same_as<result<>>;
    { backend.begin_scrub(segment) } -> std::same_as<result<typename B::scrub>>;
};

} // namespace mkdb::storage
