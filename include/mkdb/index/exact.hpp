#pragma once

#include <mkdb/index/concept.hpp>
#include <mkdb/index/detail/key_table.hpp>
#include <mkdb/index/detail/presence.hpp>
#include <mkdb/index/scalar_key.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace mkdb::index {
/// Answers `eq` and `in` over strings, numbers and bools, and `prefix`, by a dictionary of whole keys.
struct exact {
    static constexpr std::string_view name = "exact";

    template <class Tokenizer>
    [[nodiscard]] static std::string checkpoint_format(Tokenizer const& /*tokenizer*/) {
        return "exact/1";
    }

    template <class Tokenizer>
    class instance {
    public:
        explicit instance(Tokenizer const&, std::uint64_t seed) : table_(seed) {}

        void insert(std::uint32_t row, boost::json::value const& field) {
            presence_.insert(row, field);
            std::string key;
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (scalar_key(element, key)) {
                    table_.insert(key, row);
                }
            });
        }

        void erase(std::uint32_t row, boost::json::value const& field) {
            presence_.erase(row);
            std::string key;
            detail::for_each_element(field, [&](boost::json::value const& element) {
                if (scalar_key(element, key)) {
                    table_.erase(key, row);
                }
            });
        }

        [[nodiscard]] std::optional<row_set> lookup(condition const& asked) const {
            if (asked.op == operation::prefix) {
                std::string key;
                std::ignore = scalar_key(asked.operand, key);
                return table_.rows_beginning(key);
            }
            if (asked.op != operation::eq && asked.op != operation::in) {
                return presence_.lookup(asked);
            }
            if (asked.op == operation::eq && asked.operand.is_array()) {
                return std::nullopt; // equality with a whole array is not in the table
            }
            row_set rows;
            std::string key;
            auto known = true;
            detail::for_each_element(asked.operand, [&](boost::json::value const& wanted) {
                known = known && scalar_key(wanted, key);
                if (auto const* list = known ? table_.find(key) : nullptr) {
                    list->add_to(rows);
                }
            });
            return known ? std::optional(std::move(rows)) : std::nullopt;
        }

        /// A row with several of the wanted values counts for each.
        [[nodiscard]] std::optional<std::uint64_t> estimate(condition const& asked) const {
            if (asked.op == operation::prefix) {
                std::string key;
                std::ignore = scalar_key(asked.operand, key);
                return table_.estimate_beginning(key);
            }
            if (asked.op != operation::eq && asked.op != operation::in) {
                return presence_.estimate(asked);
            }
            if (asked.op == operation::eq && asked.operand.is_array()) {
                return std::nullopt;
            }
            std::uint64_t rows = 0;
            std::string key;
            auto known = true;
            detail::for_each_element(asked.operand, [&](boost::json::value const& wanted) {
                known = known && scalar_key(wanted, key);
                auto const* list = known ? table_.find(key) : nullptr;
                rows += list == nullptr ? 0 : list->size();
            });
            return known ? std::optional(rows) : std::nullopt;
        }

        /// As `keyed_index` says.
        template <class Visit>
        void visit_keys(Visit&& visit) const {
            table_.visit([&](std::string_view key, posting_list const& rows) {
                visit(key, std::uint64_t{rows.size()}, [&] {
                    row_set made;
                    rows.add_to(made);
                    return made;
                });
            });
        }

        void save(byte_writer& to) const {
            table_.save(to);
            presence_.save(to);
        }
        [[nodiscard]] bool load(byte_reader& from, row_set const& live) {
            return table_.load(from, live) && presence_.load(from, live);
        }

        /// As `abandonable_index` says.
        void abandon() noexcept {}

        [[nodiscard]] index_statistics statistics() const {
            return {table_.entries(), table_.keys(), table_.bytes() + presence_.bytes()};
        }

    private:
        detail::key_table table_;
        detail::presence presence_;
    };
};

} // namespace mkdb::index
