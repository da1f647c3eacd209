#pragma once

#include <mkdb/core/byte_reader.hpp>
#include <mkdb/core/byte_writer.hpp>
#include <mkdb/core/mixed_hash.hpp>
#include <mkdb/index/detail/gathered_terms.hpp>
#include <mkdb/index/detail/impacts.hpp>
#include <mkdb/index/detail/posting_block.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/row_set_format.hpp>
#include <mkdb/index/detail/term_postings.hpp>
#include <mkdb/index/row_set.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Byte by byte in docs/formats/checkpoint.md.
namespace mkdb::index::detail {

inline void save_texts(byte_writer& to, row_set const& texts, row_lengths const& lengths) {
    write_rows(to, texts);
    for (auto const row : texts) {
        to.put(lengths[row]);
    }
}

/// The sum of all lengths, or nothing when the bytes make no sense.
[[nodiscard]] inline std::optional<std::uint64_t> load_texts(byte_reader& from, row_set const& live, row_set& texts,
                                                             row_lengths& lengths) {
    auto rows = read_rows(from, live);
    if (!rows || from.left() / sizeof(std::uint32_t) < rows->cardinality()) {
        return std::nullopt;
    }
    std::uint64_t total = 0;
    for (auto const row : *rows) {
        auto const length = from.get<std::uint32_t>();
        lengths.set(row, length);
        total += length;
    }
    texts = std::move(*rows);
    return total;
}

inline void save_terms(byte_writer& to, term_dictionary const& terms) {
    to.put(terms.size());
    terms.for_each([&](term_dictionary::entry const& term) {
        auto const blocks = term.value.postings.blocks();
        to.put_text(term.key);
        to.put(static_cast<std::uint32_t>(blocks.size()));
        for (auto const& block : blocks) {
            to.put(block.first());
            to.put(static_cast<std::uint8_t>(block.size()));
            to.put(std::uint8_t{block.wide()});
            to.put_text(block.bytes());
        }
    });
}

/// Puts back the terms of one index, and holds them against the rows and lengths of its texts.
///
/// Nothing is answered of a row that has no text, whatever the bytes are. That each text has as many terms as its length
/// says, which is a matter of scores, is checked by sums in which each row has a weight of its own: a count for each row
/// would be looked up for each posting, mostly far from the last one. Who chooses bytes can make the sums right.
class terms_loader {
public:
    terms_loader(byte_reader& from, row_set const& texts, row_lengths const& lengths)
        : from_(&from), lengths_(texts.isEmpty() ? 0 : texts.maximum() + std::size_t{1}) {
        for (auto const row : texts) {
            expected_ += weight(row) * lengths[row];
            lengths_[row] = impacts::shortened(lengths[row]);
        }
    }

    /// False when the bytes make no sense.
    [[nodiscard]] bool load(term_dictionary& terms) {
        auto const count = from_->get<std::uint64_t>();
        if (count > from_->left() / smallest_term) {
            return false;
        }
        terms.expect(count);
        std::string last;
        for (std::uint64_t i = 0; i < count; ++i) {
            auto const key = from_->text();
            if (!from_->sound() || (i > 0 && key <= last)) {
                return false;
            }
            last = key;
            if (!load_postings(terms.obtain(last).value.postings)) {
                return false;
            }
        }
        return counted_ == expected_;
    }

    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

private:
    static constexpr std::uint64_t smallest_block = 10 + 4;                ///< With a posting.
    static constexpr std::uint64_t smallest_term = 4 + 4 + smallest_block; ///< A length, and a count of blocks.

    [[nodiscard]] bool load_postings(term_postings& postings) {
        auto const blocks = from_->get<std::uint32_t>();
        if (blocks > from_->left() / smallest_block) {
            return false;
        }
        postings.expect(blocks);
        for (std::uint32_t i = 0; i < blocks; ++i) {
            auto block = load_block();
            if (!block || (i > 0 && block->first() <= postings.blocks().back().last()) || !count(*block)) {
                return false;
            }
            block->find_impacts(lengths_);
            entries_ += block->size();
            postings.restore(std::move(*block));
        }
        postings.restored();
        return blocks > 0;
    }

    [[nodiscard]] std::optional<posting_block> load_block() {
        auto const first = from_->get<std::uint32_t>();
        auto const size = from_->get<std::uint8_t>();
        auto const wide = from_->get<std::uint8_t>();
        auto const bytes = from_->text();
        return from_->sound() && wide <= 1 ? posting_block::from_bytes(first, size, wide == 1, bytes) : std::nullopt;
    }

    /// False when a row has no text, or one without terms.
    [[nodiscard]] bool count(posting_block const& block) {
        if (block.last() >= lengths_.size()) {
            return false;
        }
        bool have_text = true;
        block.visit_counts([&](std::uint32_t row, std::uint32_t count) {
            have_text = have_text && lengths_[row] != 0;
            counted_ += weight(row) * count;
        });
        return have_text;
    }

    [[nodiscard]] static std::uint64_t weight(std::uint32_t row) noexcept {
        return mixed_hash<std::uint64_t>()(row + std::uint64_t{1}); // zero would stay zero
    }

    byte_reader* from_;
    std::vector<std::uint16_t> lengths_; ///< By row, as `impacts` takes them: half as many bytes to look up.
    std::uint64_t expected_ = 0;         ///< Of each text its length, times the weight of its row.
    std::uint64_t counted_ = 0;          ///< Of each posting its count, likewise.
    std::uint64_t entries_ = 0;
};

/// How many postings were read, or nothing when the bytes make no sense.
[[nodiscard]] inline std::optional<std::uint64_t> load_terms(byte_reader& from, row_set const& texts,
                                                             row_lengths const& lengths, term_dictionary& terms) {
    terms_loader loader(from, texts, lengths);
    return loader.load(terms) ? std::optional(loader.entries()) : std::nullopt;
}

} // namespace mkdb::index::detail
