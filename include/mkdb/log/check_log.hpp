#pragma once

#include <mkdb/log/checkpoint_file.hpp>
#include <mkdb/log/lost_records.hpp>
#include <mkdb/log/manifest_load.hpp>
#include <mkdb/log/parity_writer.hpp>
#include <mkdb/log/quarantine.hpp>
#include <mkdb/log/segment_healer.hpp>
#include <mkdb/log/tail_recovery.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// What is asked of a check.
struct check_settings {
    bool repair = false;             ///< Else nothing is changed.
    std::uint32_t parity_blocks = 0; ///< For parity that a repair makes; 0: it makes none.
    std::uint32_t parity_block_bytes = 4096;
    std::filesystem::path parity_directory{}; ///< Of this log.
};

/// A segment as a check found it, or left it.
struct checked_segment {
    std::uint32_t number = 0;
    bool sealed = true;
    healing state{}; ///< `healable` only when nothing was to be repaired.
    parity_verdict parity = parity_verdict::missing;
    bool parity_whole = false;
    bool parity_made = false; ///< By the repair.
};

/// A log as a check found it, or left it.
struct checked_log {
    std::vector<checked_segment> segments;
    bool manifest_sound = true;        ///< Both copies and CURRENT are whole; if not, the next opening mends that.
    std::vector<std::string> lost_ids; ///< Records that damage took and no later version replaced.
    bool lost_unnamed = false;         ///< There are more, whose ids cannot be read any more.
    std::vector<std::string> notes;
};

/// Checks one log that nobody has open.
///
/// Thread safety: one thread at a time.
template <class Files, parity::parity_codec Codec>
class log_check {
public:
    using file = typename Files::file;

    log_check(Files& files, std::filesystem::path directory, check_settings settings)
        : files_(&files), directory_(std::move(directory)), settings_(std::move(settings)) {}

    /// Reads everything. Errors: `corrupt_file` when no manifest can be read, `format_newer`, `format_unknown`; `io`.
    [[nodiscard]] result<checked_log> run() {
        MKDB_TRY_ASSIGN(auto const present, files_->list(directory_));
        MKDB_TRY_ASSIGN(auto loaded, load_manifest(*files_, directory_, present));
        found_.manifest_sound = loaded.sound;
        found_.notes = loaded.notes;
        for (auto const& name : strangers(present, loaded.state, loaded.header.generation)) {
            found_.notes.push_back(name + " is not accounted for; opening the log moves it aside");
        }
        for (auto const& [number, entry] : loaded.state.segments()) {
            found_.segments.push_back(entry.sealed ? check_sealed(entry) : check_unsealed(entry));
        }
        check_checkpoint();
        MKDB_TRY(lost_.settle(*files_, directory_, loaded.state));
        found_.lost_ids = lost_.ids();
        found_.lost_unnamed = lost_.unnamed();
        return std::move(found_);
    }

private:
    [[nodiscard]] std::filesystem::path segment_path(std::uint32_t number) const {
        return directory_ / names::segment(number);
    }
    [[nodiscard]] std::filesystem::path parity_path(std::uint32_t number) const {
        return settings_.parity_directory / names::parity(number);
    }

    [[nodiscard]] std::optional<file> open(std::uint32_t number) const {
        auto opened = files_->open(segment_path(number), mkdb::file::open_mode::read_only);
        return opened ? std::optional(*std::move(opened)) : std::nullopt;
    }

    [[nodiscard]] checked_segment check_sealed(segment_entry const& entry) {
        checked_segment seen{.number = entry.number};
        auto healed =
            segment_healer<Files, Codec>(*files_, segment_path(entry.number), parity_path(entry.number), entry)
                .run(settings_.repair ? healing_mode::heal : healing_mode::look);
        if (healed) {
            seen.state = *std::move(healed);
        } else {
            seen.state = {.outcome = healing_outcome::unrecoverable, .message = healed.error().message};
        }
        if (seen.state.outcome == healing_outcome::unrecoverable) {
            finish_seal(entry, seen.state);
        }
        if (seen.state.sound() && (entry.flags & sealed_with_damage) != 0) {
            seen.state = {.outcome = healing_outcome::unrecoverable,
                          .message = names::segment(entry.number) + " was damaged before it was sealed"};
        }
        if (seen.state.outcome == healing_outcome::unrecoverable) {
            note_losses(entry, entry.length);
        }
        check_parity(entry, seen);
        return seen;
    }

    /// A cache of directory and indexes: what is wrong with it costs the next opening time, and nothing else.
    void check_checkpoint() {
        auto const present = files_->exists(directory_ / names::checkpoint);
        if (present && !*present) {
            return;
        }
        auto const whole = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto const opened, checkpoint_file<file>::open(*files_, directory_));
            for (auto const& each : opened.sections()) {
                MKDB_TRY(opened.read(each));
            }
            return {};
        }();
        if (!whole) {
            found_.notes.push_back("the checkpoint is not whole, and opening reads the log instead: " +
                                   whole.error().message);
        }
    }

    /// A crash may leave a segment without its footer, which the manifest can replace.
    void finish_seal(segment_entry const& entry, healing& state) {
        auto const content = open(entry.number);
        if (!content || !has_sealed_content(*content, entry)) {
            return;
        }
        state = {.outcome = healing_outcome::healable,
                 .message = "the footer of " + names::segment(entry.number) + " is missing or damaged"};
        if (!settings_.repair) {
            return;
        }
        auto const written = [&]() -> result<> {
            MKDB_TRY_ASSIGN(auto writable, files_->open(segment_path(entry.number), mkdb::file::open_mode::read_write));
            MKDB_TRY(write_footer(writable, entry.to_footer()));
            return writable.close();
        }();
        state.outcome = written ? healing_outcome::healed : healing_outcome::unrecoverable;
        state.message += written ? " and has been written again" : ": " + written.error().message;
    }

    void check_parity(segment_entry const& entry, checked_segment& seen) {
        auto const parity = load_parity<Codec>(*files_, parity_path(entry.number), entry);
        seen.parity = parity.verdict;
        seen.parity_whole = parity.verdict == parity_verdict::good && parity.frame_whole && blocks_are_whole(parity);
        bool const wanted = settings_.repair && settings_.parity_blocks > 0 && !seen.parity_whole &&
                            parity.verdict != parity_verdict::newer && parity.verdict != parity_verdict::unopened &&
                            seen.state.sound();
        if (wanted) {
            auto const made = make_parity(entry);
            seen.parity_made = made.has_value();
            seen.parity_whole = seen.parity_made;
            if (!made) {
                found_.notes.push_back(names::parity(entry.number) + " could not be made: " + made.error().message);
            }
        } else if (!parity.message.empty() && parity.verdict != parity_verdict::missing) {
            found_.notes.push_back(parity.message);
        }
    }

    [[nodiscard]] bool blocks_are_whole(loaded_parity<file> const& parity) const {
        auto const& layout = parity.layout;
        block_survey<file> survey(
            &*parity.file,
            {parity_map(layout).parity_offset(0), layout.parity_blocks() * layout.block_bytes, layout.block_bytes},
            place(parity.header.segment_id), std::span(parity.sums).subspan(layout.blocks()));
        while (!survey.done()) {
            survey.step();
        }
        return survey.lost().empty();
    }

    [[nodiscard]] result<> make_parity(segment_entry const& entry) {
        MKDB_TRY(files_->create_directories(settings_.parity_directory));
        using writer_type = parity_writer<Files, Codec>;
        MKDB_TRY_ASSIGN(auto writer,
                        writer_type::begin(*files_, {segment_path(entry.number), parity_path(entry.number), entry,
                                                     settings_.parity_blocks, settings_.parity_block_bytes}));
        auto bytes = writer.step();
        while (bytes && *bytes > 0) {
            bytes = writer.step();
        }
        auto const done = bytes ? writer.publish() : result<>(bytes.error());
        if (!done) {
            static_cast<void>(writer.abandon());
        }
        return done;
    }

    /// Damage below what was known durable; anything behind that is an unfinished write.
    [[nodiscard]] checked_segment check_unsealed(segment_entry const& entry) {
        checked_segment seen{.number = entry.number, .sealed = false};
        auto content = open(entry.number);
        if (!content) {
            seen.state = {.outcome = healing_outcome::unrecoverable,
                          .message = names::segment(entry.number) + " is missing or cannot be opened"};
            lost_.add_unnamed();
            return seen;
        }
        segment<file> const unsealed(entry.number, entry.id, *std::move(content));
        auto const plan = examine_tail(unsealed, entry);
        if (!plan || plan->rot) {
            seen.state = {.outcome = healing_outcome::unrecoverable,
                          .message = plan ? names::segment(entry.number) + " is damaged, and was not sealed yet"
                                          : plan.error().message};
            if (plan) {
                note_losses(entry, plan->durable_end);
            } else {
                lost_.add_unnamed();
            }
        } else if (plan->torn_bytes > 0) {
            auto const torn = describe_torn(unsealed, *plan);
            found_.notes.push_back("opening the log drops " + (torn ? *torn : torn.error().message));
        }
        return seen;
    }

    void note_losses(segment_entry entry, std::uint64_t end) {
        auto content = open(entry.number);
        entry.length = end;
        if (!content) {
            lost_.add_unnamed();
            return;
        }
        segment<file> const damaged(entry.number, entry.id, *std::move(content));
        damage losses;
        if (!replay(
                damaged, entry, [](auto const&...) {}, losses)) {
            lost_.add_unnamed();
        }
        lost_.add(losses);
    }

    Files* files_;
    std::filesystem::path directory_;
    check_settings settings_;
    checked_log found_;
    lost_records lost_;
};

} // namespace mkdb::log
