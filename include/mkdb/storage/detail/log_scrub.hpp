#pragma once

#include <mkdb/log/block_survey.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/parity_file.hpp>
#include <mkdb/log/reader_epochs.hpp>
#include <mkdb/log/sealed_check.hpp>
#include <mkdb/log/strict_reader.hpp>
#include <mkdb/storage/scrubbable.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace mkdb::storage::detail {

/// Reads a sealed segment and its parity. The segment's own digest tells whether it is damaged, and then the guard of
/// the log looks where; the blocks of the parity have checksums.
///
/// Thread safety: one thread at a time. It stays where it is: its parts point to each other.
template <class Guard>
class sealed_scrub {
public:
    using files = typename Guard::files_type;
    using file = typename files::file;

    sealed_scrub(Guard& guard, log::segment_entry const& entry)
        : guard_(&guard), entry_(entry), where_(entry.id),
          parity_(log::load_parity<typename Guard::codec_type>(guard.files(), guard.parity_path(entry.number), entry)),
          digest_(entry) {
        if (auto opened = guard.files().open(guard.segment_path(entry.number), mkdb::file::open_mode::read_only)) {
            segment_ = *std::move(opened);
        }
        if (parity_.verdict == log::parity_verdict::good) {
            auto const& layout = parity_.layout;
            blocks_.emplace(&*parity_.file,
                            log::block_run{log::parity_map(layout).parity_offset(0),
                                           layout.parity_blocks() * layout.block_bytes, layout.block_bytes},
                            where_, std::span(parity_.sums).subspan(layout.blocks()));
        }
    }

    [[nodiscard]] result<std::uint64_t> step() {
        if (segment_ && !digest_.done()) {
            return std::uint64_t{digest_.step(*segment_).size()};
        }
        if (blocks_ && !blocks_->done()) {
            return blocks_->step();
        }
        if (!std::exchange(judged_, true)) {
            MKDB_TRY(judge());
            return std::uint64_t{1};
        }
        return std::uint64_t{0};
    }

    [[nodiscard]] scrub_finding const& finding() const noexcept { return finding_; }

private:
    [[nodiscard]] result<> judge() {
        judge_parity();
        if (!segment_ || !digest_.sound(*segment_)) {
            auto healed = guard_->heal(entry_.number, true);
            if (!healed && healed.error().code != errc::not_found) {
                return healed.error();
            }
            finding_.segment = healed ? *std::move(healed) : healing{};
        } else if ((entry_.flags & log::sealed_with_damage) != 0) {
            finding_.segment = {.outcome = healing_outcome::unrecoverable,
                                .message = log::names::segment(entry_.number) +
                                           " was damaged before it was sealed, and has no parity for that"};
        }
        return {};
    }

    void judge_parity() {
        auto const lost = blocks_ ? blocks_->lost().size() : 0;
        bool const usable = parity_.verdict == log::parity_verdict::good;
        bool const absent = parity_.verdict == log::parity_verdict::missing ||
                            parity_.verdict == log::parity_verdict::newer || !guard_->makes_parity();
        finding_.parity_damaged = usable ? lost > 0 || !parity_.frame_whole : !absent;
        if (lost > 0) {
            parity_.message = std::to_string(lost) + " blocks of " + log::names::parity(entry_.number) + " are damaged";
        }
        if (finding_.parity_damaged) {
            finding_.parity_message = parity_.message;
            if (parity_.verdict != log::parity_verdict::unopened) {
                guard_->distrust_parity(entry_.number);
            }
        } else if (parity_.verdict == log::parity_verdict::missing) {
            guard_->distrust_parity(entry_.number);
        }
    }

    Guard* guard_;
    log::segment_entry entry_;
    log::place where_;
    std::optional<file> segment_;
    log::loaded_parity<file> parity_;
    log::sealed_check digest_;
    std::optional<log::block_survey<file>> blocks_; ///< Of the parity.
    scrub_finding finding_;
    bool judged_ = false;
};

/// Reads what is durable of the segment that is being written. It has no parity yet: damage is told, and stays.
template <class File>
class active_scrub {
public:
    active_scrub(log::segment_entry const& entry, File file, std::uint64_t durable_end)
        : segment_(entry.number, entry.id, std::move(file)), reader_(segment_, ending_at(entry, durable_end)) {}

    [[nodiscard]] result<std::uint64_t> step() {
        std::uint64_t seen = 0;
        while (seen < mebibyte && !reader_.at_end()) {
            auto const size = reader_.next([](auto const&...) {});
            if (!size) {
                finding_.segment = {.outcome = healing_outcome::unrecoverable,
                                    .message = size.error().message + ", which is still being written: no parity "
                                                                      "protects it"};
                return std::uint64_t{0};
            }
            seen += *size;
        }
        return seen;
    }

    [[nodiscard]] scrub_finding const& finding() const noexcept { return finding_; }

private:
    [[nodiscard]] static log::segment_entry ending_at(log::segment_entry entry, std::uint64_t end) noexcept {
        entry.length = std::max(end, log::segment_data_start);
        return entry;
    }

    log::segment<File> segment_;
    log::strict_reader<File> reader_;
    scrub_finding finding_;
};

/// See `segment_scrub`: that of a rolling log.
template <class Guard>
class log_scrub {
public:
    using sealed_type = sealed_scrub<Guard>;
    using active_type = active_scrub<typename Guard::file>;

    /// Errors: `not_found` when no such segment is listed; `io` when the one that is being written cannot be opened.
    template <class List, class Table>
    [[nodiscard]] static result<log_scrub> begin(Guard& guard, List const& list, Table const& table,
                                                 log::reader_epochs const& readers, std::uint32_t number) {
        log_scrub made;
        auto const entry = list.inspect([&](log::manifest_state const& state) {
            auto const found = state.segments().find(number);
            return found == state.segments().end() ? std::nullopt : std::optional(found->second);
        });
        auto const reading = readers.enter();
        auto const* const open = table.find(number);
        if (!entry || open == nullptr) {
            return fail(errc::not_found, log::names::segment(number) + " is not in the log");
        }
        if (entry->sealed) {
            made.sealed_ = std::make_unique<sealed_type>(guard, *entry);
            return made;
        }
        MKDB_TRY_ASSIGN(auto file, guard.files().open(guard.segment_path(number), mkdb::file::open_mode::read_only));
        made.active_ = std::make_unique<active_type>(*entry, std::move(file), open->durable_end());
        return made;
    }

    [[nodiscard]] result<std::uint64_t> step() { return sealed_ ? sealed_->step() : active_->step(); }
    [[nodiscard]] scrub_finding const& finding() const noexcept {
        return sealed_ ? sealed_->finding() : active_->finding();
    }

private:
    log_scrub() = default;

    std::unique_ptr<sealed_type> sealed_;
    std::unique_ptr<active_type> active_;
};

} // namespace mkdb::storage::detail
