#pragma once

#include <mkdb/log/block_survey.hpp>
#include <mkdb/log/healing.hpp>
#include <mkdb/log/parity_file.hpp>
#include <mkdb/log/stripe_group.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Gives lost blocks of a segment back, stripe by stripe. What it gives has the checksum that the block was written
/// with.
///
/// Thread safety: one thread at a time.
template <class File, parity::parity_codec Codec>
class stripe_repair {
public:
    /// Blocks by number. A block is as long as the file has it.
    using restored_blocks = std::map<std::uint64_t, std::vector<std::byte>>;

    /// A null segment has lost all of its blocks. Precondition: the parity is good, and outlives the repair.
    stripe_repair(File const* segment, loaded_parity<File> const& parity, Codec const& codec)
        : segment_(segment), parity_(&parity), codec_(&codec) {}

    /// Restores what is lost of one stripe, and says so if that is too much. Errors: `corrupt_record` when what comes
    /// back is not what was written.
    [[nodiscard]] result<std::optional<stripe_deficit>> restore(std::uint64_t stripe) {
        auto const& layout = parity_->layout;
        stripe_group group(layout, stripe, 1);
        std::vector<std::size_t> lost;
        for (std::uint64_t position = 0; position < layout.stripe_data; ++position) {
            if (!read_data(group, stripe, position)) {
                lost.push_back(position);
            }
        }
        for (std::uint64_t row = 0; row < layout.stripe_parity; ++row) {
            if (!read_parity(group, stripe, row)) {
                lost.push_back(layout.stripe_data + row);
            }
        }
        if (lost.size() > layout.stripe_parity) {
            return std::optional(stripe_deficit{stripe, lost.size(), layout.stripe_parity});
        }
        MKDB_TRY(codec_->reconstruct(group.blocks(), lost));
        for (auto const position : lost) {
            if (position < layout.stripe_data) {
                MKDB_TRY(take(group, stripe, position));
            }
        }
        return std::optional<stripe_deficit>();
    }

    [[nodiscard]] restored_blocks const& restored() const noexcept { return restored_; }

private:
    [[nodiscard]] place where() const noexcept { return place(parity_->header.segment_id); }

    [[nodiscard]] bool read_data(stripe_group& group, std::uint64_t stripe, std::uint64_t position) const {
        auto const block = parity_->layout.block_at(stripe, position);
        return block >= parity_->layout.blocks() ||
               (segment_ != nullptr && read_block(*segment_, group.data_block(0, position),
                                                  parity_->layout.block_offset(block), where(), parity_->sums[block]));
    }

    [[nodiscard]] bool read_parity(stripe_group& group, std::uint64_t stripe, std::uint64_t row) const {
        auto const block = row * parity_->layout.stripes() + stripe;
        return read_block(*parity_->file, group.parity()[row], parity_map(parity_->layout).parity_offset(block),
                          where(), parity_->sums[parity_->layout.blocks() + block]);
    }

    [[nodiscard]] result<> take(stripe_group& group, std::uint64_t stripe, std::uint64_t position) {
        auto const block = parity_->layout.block_at(stripe, position);
        auto const bytes = group.data_block(0, position);
        if (checksum_of(bytes, where(), parity_->layout.block_offset(block)) != parity_->sums[block]) {
            return fail(errc::corrupt_record, "block " + std::to_string(block) + " came back with other bytes");
        }
        restored_.insert_or_assign(block, std::vector<std::byte>(bytes.begin(), bytes.end()));
        return {};
    }

    File const* segment_;
    loaded_parity<File> const* parity_;
    Codec const* codec_;
    restored_blocks restored_;
};

} // namespace mkdb::log
