#pragma once

#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/gathered_terms.hpp>
#include <mkdb/index/detail/like_terms.hpp>
#include <mkdb/index/detail/phrase_rows.hpp>
#include <mkdb/index/detail/presence.hpp>
#include <mkdb/index/detail/row_bitmap.hpp>
#include <mkdb/index/detail/row_lengths.hpp>
#include <mkdb/index/detail/text_format.hpp>
#include <mkdb/index/fuzzy_term.hpp>
#include <mkdb/index/text_ranking.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::index {

/// Answers `contains` and keyword lists, `phrase` and `fuzzy`: a dictionary of the tokenizer's terms, with the rows
/// that have each, how often and where.
struct full_text {
    static constexpr std::string_view name = "full-text";

    /// Empty for a tokenizer that does not tell which terms it makes: others may come out after an update.
    template <class Tokenizer>
    [[nodiscard]] static std::string checkpoint_format(Tokenizer const& tokenizer) {
        if constexpr (requires {
                          { tokenizer.format_name() } -> std::convertible_to<std::string>;
                      }) {
            return "full-text/2 " + std::string(tokenizer.format_name());
        } else {
            return {};
        }
    }

    template <class Tokenizer>
    class instance {
    public:
        explicit instance(Tokenizer const& tokenizer, std::uint64_t seed) : tokenizer_(&tokenizer), terms_(seed) {}

        void insert(std::uint32_t row, boost::json::value const& field) {
            presence_.insert(row, field);
            if (!hear(field)) {
                return;
            }
            gathered_.sort_out(terms_,
                               [&](std::string_view term, std::uint64_t hash) { return &terms_.obtain(term, hash); });
            texts_.add(row);
            lengths_.set(row, gathered_.length());
            total_length_ += gathered_.length();
            gathered_.for_each([&](auto const& each) {
                each.of->value.postings.insert({row, each.count, each.positions}, lengths_);
                ++entries_;
            });
        }

        void erase(std::uint32_t row, boost::json::value const& field) {
            presence_.erase(row);
            if (!hear(field)) {
                return;
            }
            gathered_.sort_out(terms_,
                               [&](std::string_view term, std::uint64_t hash) { return terms_.find(term, hash); });
            gathered_.for_each([&](auto const& each) {
                auto& postings = each.of->value.postings;
                entries_ -= postings.erase(row, lengths_) ? 1 : 0;
                if (postings.empty()) {
                    terms_.erase(*each.of);
                }
            });
            texts_.remove(row);
            total_length_ -= lengths_[row];
            lengths_.set(row, 0);
        }

        [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
            switch (asked.op) {
            case operation::contains:
            case operation::phrase: return lookup_terms(asked);
            case operation::fuzzy: return lookup_like(asked);
            default: return presence_.lookup(asked);
            }
        }

        /// The rarest term bounds how many texts have them all. How many have terms like others is not known before the
        /// dictionary has been walked.
        [[nodiscard]] std::optional<std::uint64_t> estimate(condition const& asked) const {
            switch (asked.op) {
            case operation::contains:
            case operation::phrase: return estimate_terms(asked.terms);
            case operation::fuzzy: return texts_.rows().cardinality();
            default: return presence_.estimate(asked);
            }
        }

        void save(byte_writer& to) const {
            detail::save_texts(to, texts_.rows(), lengths_);
            detail::save_terms(to, terms_);
            presence_.save(to);
        }
        [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
            std::optional<std::uint64_t> total;
            texts_.change([&](row_set& texts) { total = detail::load_texts(from, live, texts, lengths_); });
            auto const entries = total ? detail::load_terms(from, texts_.rows(), lengths_, terms_) : std::nullopt;
            total_length_ = total.value_or(0);
            entries_ = entries.value_or(0);
            return entries && presence_.load(from, live);
        }

        [[nodiscard]] text_statistics text_statistics_of(std::vector<std::string> const& terms) const {
            text_statistics found{texts_.rows().cardinality(), total_length_};
            for (auto const& term : terms) {
                auto const* const entry = terms_.find(term);
                found.texts_with.push_back(entry == nullptr ? 0 : entry->value.postings.size());
            }
            return found;
        }

        /// Valid until the index changes.
        [[nodiscard]] std::optional<text_list> list_of(std::string_view term) const {
            auto const* const entry = terms_.find(term);
            return entry == nullptr ? std::nullopt : std::optional(text_list{&entry->value.postings, &lengths_});
        }

        /// As `abandonable_index` says.
        void abandon() noexcept { std::destroy_at(&gathered_); }

        [[nodiscard]] index_statistics statistics() const {
            auto bytes = terms_.bytes() + presence_.bytes() + texts_.bytes() + lengths_.bytes();
            terms_.for_each([&](auto const& at) { bytes += at.value.postings.heap_bytes(); });
            return {entries_, terms_.size(), bytes};
        }

    private:
        /// Takes down the terms of a field; false when it has no text. The strings of an array count together as one
        /// text, but no phrase goes from one to the next; what is not a string has no text.
        [[nodiscard]] bool hear(boost::json::value const& field) {
            bool has_text = false;
            std::uint32_t position = 0;
            gathered_.clear();
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (auto const* const text = element.if_string()) {
                    has_text = true;
                    tokenizer_->analyze(std::string_view(*text), [&](std::string_view term, std::size_t, std::size_t) {
                        gathered_.hear(term, position++, terms_);
                    });
                    ++position;
                }
            });
            return has_text;
        }

        /// Without terms: where there is text.
        [[nodiscard]] row_set lookup_terms(condition const& asked) const {
            if (asked.terms.empty()) {
                return texts_.rows();
            }
            std::vector<detail::term_postings const*> lists;
            for (auto const& term : asked.terms) {
                auto const* const entry = terms_.find(term);
                if (entry == nullptr) {
                    return {};
                }
                lists.push_back(&entry->value.postings);
            }
            return asked.op == operation::phrase ? detail::phrase_rows(lists) : detail::intersect(std::move(lists));
        }

        [[nodiscard]] std::uint64_t estimate_terms(std::vector<std::string> const& terms) const {
            auto rows = texts_.rows().cardinality();
            for (auto const& term : terms) {
                auto const* const entry = terms_.find(term);
                rows = std::min<std::uint64_t>(rows, entry == nullptr ? 0 : entry->value.postings.size());
            }
            return rows;
        }

        [[nodiscard]] row_set lookup_like(condition const& asked) const {
            auto common = texts_.rows();
            for (auto const& term : asked.terms) {
                row_set rows;
                detail::visit_like_terms(terms_, fuzzy_term(term, asked.edits),
                                         [&](auto const& at) { at.value.postings.add_to(rows); });
                common &= rows;
            }
            return common;
        }

        Tokenizer const* tokenizer_;
        detail::term_dictionary terms_;
        detail::row_lengths lengths_;
        detail::presence presence_;
        detail::row_bitmap texts_; ///< Rows whose field holds text: what a condition of only stop words asks for.
        std::uint64_t total_length_ = 0;
        std::uint64_t entries_ = 0;
        detail::gathered_terms gathered_; ///< For one call at a time; kept for its memory.
    };
};

} // namespace mkdb::index
