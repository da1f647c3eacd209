#pragma once

#include <mkdb/core/hex.hpp>
#include <mkdb/log/findings.hpp>
#include <mkdb/log/quarantine.hpp>
#include <mkdb/log/segment_guard.hpp>
#include <mkdb/parity/none.hpp>
#include <mkdb/storage/concept.hpp>

#include <concepts>
#include <filesystem>
#include <string>
#include <vector>

namespace mkdb::storage::detail {

/// What a store asks for: see `rolling_log::options`.
struct parity_wish {
    std::uint32_t blocks = 0;
    std::uint32_t block_bytes = 0;
    std::filesystem::path directory{};
};

/// Errors: `invalid_argument`.
template <parity::parity_codec Codec>
[[nodiscard]] result<> check_parity(parity_wish const& wish) {
    if (wish.block_bytes < log::smallest_parity_block || wish.block_bytes > log::largest_parity_block ||
        (wish.block_bytes & (wish.block_bytes - 1)) != 0) {
        return fail(errc::invalid_argument, "a parity block has a power of two from 64 to 1048576 bytes, not " +
                                                std::to_string(wish.block_bytes));
    }
    if (wish.blocks > log::stripe_blocks / 2 + 1) {
        return fail(errc::invalid_argument,
                    "a stripe has at most 128 parity blocks, not " + std::to_string(wish.blocks));
    }
    if constexpr (!std::same_as<Codec, parity::none>) {
        if (wish.blocks > 0) {
            MKDB_TRY(Codec::make({log::stripe_blocks - wish.blocks, wish.blocks}));
        }
    }
    return {};
}

/// The settings for one log. Another directory than the log's own is shared by all logs: each has a part of it, named
/// by its uuid.
template <parity::parity_codec Codec>
[[nodiscard]] log::parity_settings settle_parity(parity_wish const& wish, std::filesystem::path const& log_directory,
                                                 log::uuid const& log_id) {
    return {.blocks = std::same_as<Codec, parity::none> ? 0 : wish.blocks,
            .block_bytes = wish.block_bytes,
            .directory = wish.directory.empty() ? log_directory : wish.directory / hex(log_id)};
}

/// Heals segments while their log is opened: see `log::open_log`.
template <class Files, parity::parity_codec Codec>
[[nodiscard]] auto mender(Files& files, std::filesystem::path const& directory, parity_wish const& wish) {
    return [&files, directory, wish](log::uuid const& log_id, log::segment_entry const& entry, log::findings& found) {
        auto const parity = settle_parity<Codec>(wish, directory, log_id).directory / log::names::parity(entry.number);
        log::segment_healer<Files, Codec> healer(files, directory / log::names::segment(entry.number), parity, entry);
        auto const outcome = healer.run();
        if (outcome && outcome->outcome == log::healing_outcome::healed) {
            ++found.healed_segments;
            found.healed_blocks += outcome->damaged_blocks;
            found.notes.push_back(outcome->message);
        }
        return outcome && outcome->sound();
    };
}

/// Makes the directory of a log's parity where that is not the log's own, and moves aside what is not accounted for.
/// A disk that is not there costs protection, not the log: it is noted.
template <class Files>
void prepare_parity(Files& files, std::filesystem::path const& directory, log::manifest_state const& state,
                    recovery_report& report) {
    auto const prepared = [&]() -> result<> {
        MKDB_TRY(files.create_directories(directory));
        MKDB_TRY_ASSIGN(auto const present, files.list(directory));
        auto const unknown = log::strangers(present, state, 0);
        log::findings found;
        MKDB_TRY(log::quarantine(files, directory, unknown));
        MKDB_TRY(log::remove_unfinished(files, directory, present, found));
        report.quarantined.insert(report.quarantined.end(), unknown.begin(), unknown.end());
        report.notes.insert(report.notes.end(), found.notes.begin(), found.notes.end());
        return {};
    }();
    if (!prepared) {
        report.notes.push_back("nothing is protected by parity: " + prepared.error().message);
    }
}

} // namespace mkdb::storage::detail
