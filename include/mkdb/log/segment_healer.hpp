#pragma once

#include <mkdb/log/block_survey.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/file_names.hpp>
#include <mkdb/log/healing.hpp>
#include <mkdb/log/parity_file.hpp>
#include <mkdb/log/sealed_check.hpp>
#include <mkdb/log/stripe_repair.hpp>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace mkdb::log {

/// Whether damage that is found is mended.
enum class healing_mode { look, heal };

/// Finds the damage of one sealed segment by the checksums in its parity file, restores what was lost and puts a whole
/// copy in the place of the damaged file. Until the copy has been read back, synced and renamed the old file stays as
/// it is.
///
/// Thread safety: one thread at a time, and one healing of a segment at a time; the segment is read meanwhile.
template <class Files, parity::parity_codec Codec>
class segment_healer {
public:
    using file = typename Files::file;

    segment_healer(Files& files, std::filesystem::path segment, std::filesystem::path parity,
                   segment_entry const& entry)
        : files_(&files), path_(std::move(segment)), parity_path_(std::move(parity)), entry_(entry),
          name_(names::segment(entry.number)) {}

    /// Errors: `io` when a file that is there could not be opened, which tells nothing of it; `io`, `no_space` when the
    /// copy could not be made: the old file is as it was.
    /// Complexity: reads the segment once; when it is damaged, once more, with the parity of the stripes concerned, and
    /// writes it.
    [[nodiscard]] result<healing> run(healing_mode mode = healing_mode::heal) {
        MKDB_TRY(open_segment());
        parity_ = load_parity<Codec>(*files_, parity_path_, entry_);
        if (parity_.verdict != parity_verdict::good) {
            return without_parity();
        }
        find_damage();
        if (damaged_.empty() && right_size_) {
            return digest_matches_ ? healing{} : unrecoverable("has other bytes than it was sealed with");
        }
        MKDB_TRY_ASSIGN(auto codec, Codec::make({parity_.layout.stripe_data, parity_.layout.stripe_parity}));
        stripe_repair<file, Codec> repair(segment(), parity_, codec);
        healing found = restore(repair);
        if (found.outcome == healing_outcome::unrecoverable || mode == healing_mode::look) {
            return found;
        }
        MKDB_TRY_ASSIGN(bool const whole, replace(repair.restored()));
        if (!whole) {
            return unrecoverable("came back with other bytes than it was sealed with");
        }
        found.outcome = healing_outcome::healed;
        found.message = name_ + " was damaged in " + std::to_string(found.damaged_blocks) + " of " +
                        std::to_string(parity_.layout.blocks()) + " blocks" +
                        (right_size_ ? "" : " and had another length") + ", and has been restored from parity";
        return found;
    }

    /// The parity as `run` found it.
    [[nodiscard]] loaded_parity<file> const& parity() const noexcept { return parity_; }

private:
    [[nodiscard]] file const* segment() const noexcept { return segment_ ? &*segment_ : nullptr; }

    /// One that is not there has lost all of its blocks.
    [[nodiscard]] result<> open_segment() {
        MKDB_TRY_ASSIGN(auto const present, files_->exists(path_));
        if (present) {
            MKDB_TRY_ASSIGN(segment_, files_->open(path_, mkdb::file::open_mode::read_only));
        }
        return {};
    }

    [[nodiscard]] healing unrecoverable(std::string const& why) const {
        return {
            .outcome = healing_outcome::unrecoverable, .damaged_blocks = damaged_.size(), .message = name_ + " " + why};
    }

    /// The segment's own digest still tells whether there is damage at all.
    [[nodiscard]] result<healing> without_parity() const {
        if (segment_ && is_as_sealed(*segment_, entry_)) {
            return healing{};
        }
        auto const state = std::string(segment_ ? "is damaged" : "is missing");
        if (parity_.verdict == parity_verdict::unopened) {
            return fail(errc::io, name_ + " " + state + " and could not be restored: " + parity_.message);
        }
        return unrecoverable(state + " and cannot be restored: " + parity_.message);
    }

    void find_damage() {
        auto const& layout = parity_.layout;
        auto const size = segment_ ? segment_->size() : result<std::uint64_t>(0);
        right_size_ = size && *size == layout.protected_length;
        block_survey<file> survey(segment(), {0, layout.protected_length, layout.block_bytes}, place(entry_.id),
                                  std::span(parity_.sums).first(layout.blocks()));
        while (!survey.done()) {
            survey.step();
        }
        damaged_.insert(survey.lost().begin(), survey.lost().end());
        digest_matches_ = survey.digest() == parity_.header.digest;
    }

    [[nodiscard]] healing restore(stripe_repair<file, Codec>& repair) {
        healing found{.outcome = healing_outcome::healable, .damaged_blocks = damaged_.size()};
        std::set<std::uint64_t> stripes;
        for (auto const block : damaged_) {
            stripes.insert(block % parity_.layout.stripes());
        }
        for (auto const stripe : stripes) {
            auto const deficit = repair.restore(stripe);
            if (!deficit) {
                return unrecoverable("cannot be restored: " + deficit.error().message);
            }
            if (*deficit) {
                found.deficits.push_back(**deficit);
            }
        }
        found.message = name_ + " is damaged in " + std::to_string(damaged_.size()) + " of " +
                        std::to_string(parity_.layout.blocks()) + " blocks" +
                        (right_size_ ? "" : " and has another length") + ", which parity can restore";
        if (!found.deficits.empty()) {
            found.outcome = healing_outcome::unrecoverable;
            found.message = describe_deficits(found);
        }
        return found;
    }

    [[nodiscard]] std::string describe_deficits(healing const& found) const {
        std::string text = name_ + (segment_ ? " is damaged" : " is missing") + " and cannot be restored:";
        for (std::size_t i = 0; i < found.deficits.size() && i < 8; ++i) {
            auto const& each = found.deficits[i];
            text += (i == 0 ? " stripe " : ", stripe ") + std::to_string(each.stripe) + " has lost " +
                    std::to_string(each.lost) + " blocks and parity makes up for " + std::to_string(each.parity);
        }
        return found.deficits.size() > 8
                   ? text + ", and " + std::to_string(found.deficits.size() - 8) + " more stripes likewise"
                   : text;
    }

    [[nodiscard]] std::filesystem::path temporary() const {
        return path_.parent_path() / names::unfinished(path_.filename().string());
    }

    /// False when the copy is not what was sealed. Whatever fails, the old file stays.
    [[nodiscard]] result<bool> replace(typename stripe_repair<file, Codec>::restored_blocks const& restored) {
        MKDB_TRY_ASSIGN(auto const stale, files_->exists(temporary()));
        if (stale) {
            MKDB_TRY(files_->remove(temporary()));
        }
        MKDB_TRY_ASSIGN(auto copy, files_->open(temporary(), mkdb::file::open_mode::create_new));
        auto const made = make_copy(copy, restored);
        if (!made || !*made) {
            static_cast<void>(copy.close());
            MKDB_TRY(files_->remove(temporary()));
            return made;
        }
        MKDB_TRY(copy.close());
        MKDB_TRY(files_->rename(temporary(), path_));
        MKDB_TRY(files_->sync_directory(path_.parent_path()));
        return true;
    }

    [[nodiscard]] result<bool> make_copy(file& copy,
                                         typename stripe_repair<file, Codec>::restored_blocks const& restored) {
        auto const& layout = parity_.layout;
        MKDB_TRY(copy.preallocate(layout.protected_length));
        auto const piece_blocks = std::max<std::uint64_t>(1, mebibyte / layout.block_bytes);
        std::vector<std::byte> buffer(piece_blocks * layout.block_bytes);
        for (std::uint64_t first = 0; first < layout.blocks(); first += piece_blocks) {
            std::uint64_t filled = 0;
            for (auto block = first; block < std::min(first + piece_blocks, layout.blocks()); ++block) {
                auto const into = std::span(buffer).subspan(filled, layout.block_size(block));
                if (!fill_block(into, block, restored)) {
                    return fail(errc::io, name_ + " changed while it was healed");
                }
                filled += into.size();
            }
            MKDB_TRY(copy.write_at(layout.block_offset(first), std::span(buffer).first(filled)));
        }
        MKDB_TRY(copy.sync());
        return is_as_sealed(copy, entry_);
    }

    [[nodiscard]] bool fill_block(std::span<std::byte> into, std::uint64_t block,
                                  typename stripe_repair<file, Codec>::restored_blocks const& restored) const {
        if (auto const found = restored.find(block); found != restored.end()) {
            std::ranges::copy(found->second, into.begin());
            return true;
        }
        return segment_ &&
               read_block(*segment_, into, parity_.layout.block_offset(block), place(entry_.id), parity_.sums[block]);
    }

    Files* files_;
    std::filesystem::path path_;
    std::filesystem::path parity_path_;
    segment_entry entry_;
    std::string name_;
    std::optional<file> segment_;
    loaded_parity<file> parity_;
    std::set<std::uint64_t> damaged_;
    bool right_size_ = false;
    bool digest_matches_ = false;
};

} // namespace mkdb::log
