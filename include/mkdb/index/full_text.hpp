#pragma once

#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/key_table.hpp>
#include <mkdb/index/detail/presence.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mkdb::index {

/// Answers `contains`, keyword lists and `fuzzy`: a dictionary of the tokenizer's terms.
struct full_text {
    static constexpr std::string_view name = "full-text";

    /// Empty for a tokenizer that does not tell which terms it makes: others may come out after an update.
    template <class Tokenizer>
    [[nodiscard]] static std::string checkpoint_format() {
        if constexpr (requires {
                          { Tokenizer::format_name() } -> std::convertible_to<std::string>;
                      }) {
            return "full-text/1 " + Tokenizer::format_name();
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
            for_each_text(field, [&](std::string_view text) {
                texts_.add(row);
                tokenizer_->analyze(text,
                                    [&](std::string_view term, std::size_t, std::size_t) { terms_.insert(term, row); });
            });
        }

        void erase(std::uint32_t row, boost::json::value const& field) {
            presence_.erase(row);
            texts_.remove(row);
            for_each_text(field, [&](std::string_view text) {
                tokenizer_->analyze(text,
                                    [&](std::string_view term, std::size_t, std::size_t) { terms_.erase(term, row); });
            });
        }

        [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
            if (asked.op == operation::fuzzy) {
                return lookup_like(asked);
            }
            if (asked.op != operation::contains) {
                return presence_.lookup(asked);
            }
            if (asked.terms.empty()) {
                return texts_;
            }
            std::vector<posting_list const*> lists;
            for (auto const& term : asked.terms) {
                lists.push_back(terms_.find(term));
                if (lists.back() == nullptr) {
                    return row_set();
                }
            }
            return intersect(std::move(lists));
        }

        void save(byte_writer& to) const {
            terms_.save(to);
            presence_.save(to);
            detail::write_rows(to, texts_);
        }
        [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
            bool const sound = terms_.load(from, live) && presence_.load(from, live);
            auto texts = sound ? detail::read_rows(from, live) : std::nullopt;
            if (texts) {
                texts_ = std::move(*texts);
            }
            return texts.has_value();
        }

        [[nodiscard]] index_statistics statistics() const {
            return {terms_.entries(), terms_.keys(), terms_.bytes() + presence_.bytes() + texts_.getSizeInBytes()};
        }

    private:
        /// The strings of an array count together as one text; what is not a string has none.
        template <class Visit>
        static void for_each_text(boost::json::value const& field, Visit&& visit) {
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (auto const* text = element.if_string()) {
                    visit(std::string_view(*text));
                }
            });
        }

        [[nodiscard]] row_set lookup_like(condition const& asked) const {
            auto common = texts_;
            for (auto const& term : asked.terms) {
                common &= terms_.rows_like(fuzzy_term(term, asked.edits));
            }
            return common;
        }

        [[nodiscard]] static row_set intersect(std::vector<posting_list const*> lists) {
            std::ranges::sort(lists, {}, [](auto const* list) { return list->size(); });
            if (lists.size() == 1) {
                return lists.front()->rows();
            }
            auto common = lists[0]->intersection(*lists[1]);
            for (std::size_t i = 2; i < lists.size() && !common.isEmpty(); ++i) {
                lists[i]->keep_in(common);
            }
            return common;
        }

        Tokenizer const* tokenizer_;
        detail::key_table terms_;
        detail::presence presence_;
        row_set texts_; ///< Rows whose field holds text: what a condition of only stop words asks for.
    };
};

} // namespace mkdb::index
