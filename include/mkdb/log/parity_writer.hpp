#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/log/block_survey.hpp>
#include <mkdb/log/digest.hpp>
#include <mkdb/log/file_names.hpp>
#include <mkdb/log/parity_file.hpp>
#include <mkdb/log/stripe_group.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::log {

/// Makes the parity file of a sealed segment, in bounded steps, under a temporary name. First the segment is read and
/// compared with its own digest and footer; the blocks that are then encoded are compared with what was seen, so that
/// parity never stands for bytes that nobody vouched for.
///
/// Thread safety: one thread at a time; the segment is read meanwhile.
template <class Files, parity::parity_codec Codec>
class parity_writer {
public:
    using file = typename Files::file;

    struct order {
        std::filesystem::path segment;
        std::filesystem::path parity;
        segment_entry entry{};
        std::uint32_t parity_blocks = 0;
        std::uint32_t block_bytes = 0; ///< A power of two of at most a mebibyte.
    };

    /// Errors: `io`, `no_space`; `invalid_argument` of the codec.
    [[nodiscard]] static result<parity_writer> begin(Files& files, order wanted) {
        MKDB_TRY_ASSIGN(auto segment, files.open(wanted.segment, mkdb::file::open_mode::read_only));
        auto const layout = plan_parity(file_length(wanted.entry), wanted.parity_blocks, wanted.block_bytes);
        MKDB_TRY_ASSIGN(auto codec, Codec::make({layout.stripe_data, layout.stripe_parity}));
        return parity_writer(files, std::move(wanted), layout, std::move(codec), std::move(segment));
    }

    /// Goes through a bounded part. Returns how many bytes it was; zero when the file is complete and synced.
    /// Errors: `corrupt_file` when the segment is not as it was sealed; `io`, `no_space`. Then `abandon` is to follow.
    [[nodiscard]] result<std::uint64_t> step() {
        if (!check_.done()) {
            return verify_piece();
        }
        if (!output_) {
            MKDB_TRY(begin_output());
        }
        if (next_stripe_ < layout_.stripes()) {
            return encode_group();
        }
        MKDB_TRY(finish_output());
        return std::uint64_t{0};
    }

    /// Gives the complete file its name. Errors: `io`.
    [[nodiscard]] result<> publish() {
        MKDB_TRY(files_->rename(temporary(), order_.parity));
        return files_->sync_directory(order_.parity.parent_path());
    }

    /// Removes what was made. Errors: `io`; what is left is removed when the log is opened next.
    [[nodiscard]] result<> abandon() {
        return std::exchange(output_, std::nullopt) ? files_->remove(temporary()) : result<>();
    }

    [[nodiscard]] segment_entry const& entry() const noexcept { return order_.entry; }
    [[nodiscard]] std::uint64_t file_bytes() const noexcept { return map_.file_bytes(); }

private:
    parity_writer(Files& files, order wanted, parity_layout const& layout, Codec codec, file segment)
        : files_(&files), order_(std::move(wanted)), layout_(layout), map_(layout), where_(order_.entry.id),
          codec_(std::move(codec)), segment_(std::move(segment)), check_(order_.entry),
          sums_(layout.blocks() + layout.parity_blocks()) {}

    [[nodiscard]] std::filesystem::path temporary() const {
        return order_.parity.parent_path() / names::unfinished(order_.parity.filename().string());
    }

    [[nodiscard]] error not_as_sealed() const {
        return fail(errc::corrupt_file, names::segment(order_.entry.number) + " is not as it was when it was sealed");
    }

    /// A mebibyte is a whole number of blocks, or all that there is.
    [[nodiscard]] result<std::uint64_t> verify_piece() {
        auto const begin = check_.position();
        auto const piece = check_.step(segment_);
        if (check_.done() && !check_.sound(segment_)) {
            return not_as_sealed();
        }
        for (std::uint64_t at = 0; at < piece.size(); at += layout_.block_bytes) {
            auto const block = (begin + at) / layout_.block_bytes;
            sums_[block] = checksum_of(piece.subspan(at, layout_.block_size(block)), where_, begin + at);
        }
        digest_.add(piece);
        return std::uint64_t{piece.size()};
    }

    [[nodiscard]] result<> begin_output() {
        MKDB_TRY_ASSIGN(auto const stale, files_->exists(temporary()));
        if (stale) {
            MKDB_TRY(files_->remove(temporary()));
        }
        MKDB_TRY_ASSIGN(output_, files_->open(temporary(), mkdb::file::open_mode::create_new));
        return output_->preallocate(map_.file_bytes());
    }

    /// Neighbouring stripes are encoded together: their blocks lie side by side.
    [[nodiscard]] result<std::uint64_t> encode_group() {
        stripe_group group(layout_, next_stripe_, stripe_group::usual_count(layout_, next_stripe_));
        for (std::uint64_t position = 0; position < layout_.stripe_data; ++position) {
            MKDB_TRY(read_chunk(group, position));
        }
        auto const data = group.const_data();
        codec_.encode(data, group.parity());
        for (std::uint64_t row = 0; row < layout_.stripe_parity; ++row) {
            auto const first = row * layout_.stripes() + next_stripe_;
            auto const chunk = group.parity()[row];
            MKDB_TRY(output_->write_at(map_.parity_offset(first), chunk));
            for (std::uint64_t i = 0; i < group.count(); ++i) {
                sums_[layout_.blocks() + first + i] = checksum_of(
                    chunk.subspan(i * layout_.block_bytes, layout_.block_bytes), where_, map_.parity_offset(first + i));
            }
        }
        next_stripe_ += group.count();
        return group.count() * layout_.stripe_data * layout_.block_bytes;
    }

    [[nodiscard]] result<> read_chunk(stripe_group& group, std::uint64_t position) {
        for (std::uint64_t i = 0; i < group.count(); ++i) {
            auto const block = layout_.block_at(next_stripe_ + i, position);
            if (block < layout_.blocks() && !read_block(segment_, group.data_block(i, position),
                                                        layout_.block_offset(block), where_, sums_[block])) {
                return not_as_sealed();
            }
        }
        return {};
    }

    [[nodiscard]] result<> finish_output() {
        parity_header header{.segment_id = order_.entry.id,
                             .number = order_.entry.number,
                             .block_bytes = layout_.block_bytes,
                             .stripe_data = layout_.stripe_data,
                             .stripe_parity = layout_.stripe_parity,
                             .protected_length = layout_.protected_length,
                             .digest = digest_.value()};
        auto const name = codec_.format_name();
        if (name.size() >= header.codec.size()) {
            return fail(errc::invalid_argument, "the name of a parity codec has at most 63 characters: " + name);
        }
        std::ranges::copy(name, header.codec.begin());
        header = log::sealed(header);
        for (unsigned copy = 0; copy < 2; ++copy) {
            MKDB_TRY(output_->write_at(map_.table_offset(copy), encode_table(sums_, map_, where_, copy)));
            MKDB_TRY(output_->write_at(map_.header_offset(copy), std::as_bytes(std::span(&header, 1))));
        }
        MKDB_TRY(output_->sync());
        return output_->close();
    }

    Files* files_;
    order order_;
    parity_layout layout_;
    parity_map map_;
    place where_;
    Codec codec_;
    file segment_;
    sealed_check check_;
    std::optional<file> output_;
    std::vector<block_checksum> sums_;
    digest_stream digest_; ///< Of the whole file.
    std::uint64_t next_stripe_ = 0;
};

} // namespace mkdb::log
