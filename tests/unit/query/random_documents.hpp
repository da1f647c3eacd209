#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb_test {

/// Records and filters in which values meet often, and with them the edges: numbers that are equal or nearly so in
/// different types, nulls, empty things, arrays in arrays, text of stop words.
class random_documents {
public:
    explicit random_documents(std::uint32_t seed) : random_(seed) {}

    [[nodiscard]] std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

    template <class T>
    [[nodiscard]] T const& pick(std::vector<T> const& from) {
        return from[below(static_cast<std::uint32_t>(from.size()))];
    }

    [[nodiscard]] boost::json::value scalar() {
        static std::vector<boost::json::value> const scalars{nullptr,
                                                             true,
                                                             false,
                                                             0,
                                                             -0.0,
                                                             1,
                                                             1.0,
                                                             std::uint64_t{1},
                                                             2,
                                                             2.5,
                                                             -3,
                                                             1e300,
                                                             std::int64_t{9007199254740992},
                                                             9007199254740992.0,
                                                             std::int64_t{9007199254740993},
                                                             std::uint64_t{18446744073709551615U},
                                                             18446744073709551616.0,
                                                             "",
                                                             "1",
                                                             "a",
                                                             "b",
                                                             "steel bolt",
                                                             "Bolts and nuts",
                                                             "the of",
                                                             "die Häuser",
                                                             "das Haus",
                                                             "é",
                                                             "ab"};
        return pick(scalars);
    }

    [[nodiscard]] boost::json::value value(int depth = 0) {
        auto const kind = below(depth < 2 ? 10 : 7);
        if (kind == 8) {
            boost::json::object object;
            for (auto left = below(3); left > 0; --left) {
                object[std::string(1, static_cast<char>('x' + below(2)))] = value(depth + 1);
            }
            return object;
        }
        return kind >= 7 ? boost::json::value(values(depth + 1)) : scalar();
    }

    [[nodiscard]] boost::json::array values(int depth = 1) {
        boost::json::array list;
        for (auto left = below(4); left > 0; --left) {
            list.push_back(value(depth));
        }
        return list;
    }

    [[nodiscard]] std::string field() {
        static std::vector<std::string> const fields{"a", "b", "c", "d", "d.x", "d.x.y", "e.f"};
        return pick(fields);
    }

    [[nodiscard]] std::string id() { return "id" + std::to_string(below(60)); }

    [[nodiscard]] boost::json::object record() {
        boost::json::object made;
        for (auto left = below(5); left > 0; --left) {
            made[field()] = value();
        }
        return made;
    }

    /// A filter that the parser accepts.
    [[nodiscard]] boost::json::object filter(int depth = 0) {
        boost::json::object made;
        for (auto left = below(3) + (depth == 0 ? 0U : 1U); left > 0; --left) {
            switch (below(depth < 3 ? 11 : 8)) {
            case 8: made["$and"] = filters(depth); break;
            case 9: made["$or"] = filters(depth); break;
            case 10: made["$not"] = filter(depth + 1); break;
            case 7: made["id"] = id_condition(); break;
            default: made[field()] = condition();
            }
        }
        return made;
    }

private:
    [[nodiscard]] boost::json::array filters(int depth) {
        boost::json::array list;
        for (auto left = below(4); left > 0; --left) {
            list.push_back(filter(depth + 1));
        }
        return list;
    }

    [[nodiscard]] boost::json::value id_condition() {
        switch (below(6)) {
        case 0: return boost::json::value(id());
        case 4: return boost::json::object{{"prefix", "id" + std::to_string(below(6))}};
        case 1: return boost::json::array{id(), id(), "nobody"};
        case 2: return boost::json::object{{"nin", boost::json::array{id(), id()}}};
        case 3: return boost::json::object{{"neq", id()}};
        default: return boost::json::object{{"gte", id()}, {"<", "id5"}};
        }
    }

    [[nodiscard]] boost::json::value words() {
        static std::vector<std::string> const texts{"bolt", "steel bolts", "the", "", "nut BOLT", "missing", "é", "1"};
        return boost::json::value(pick(texts));
    }

    [[nodiscard]] boost::json::value beginning() {
        static std::vector<std::string> const beginnings{"", "a", "Bolt", "st", "the of and"};
        return boost::json::value(pick(beginnings));
    }

    [[nodiscard]] boost::json::value expression() {
        static std::vector<std::string> const expressions{"^a", "b$", "(?i)BOLT", "[0-9]", "", "^.$", "(x+x+)+y"};
        return boost::json::value(pick(expressions));
    }

    [[nodiscard]] boost::json::value condition() {
        static std::vector<std::string> const comparisons{"gt", "gte", "lt", "lte", ">", ">=", "<", "<="};
        switch (below(14)) {
        case 0: return scalar();
        case 9: return boost::json::object{{below(2) != 0 ? "any" : "all", values()}};
        case 10: return boost::json::object{{"phrase", words()}};
        case 11: return boost::json::object{{"fuzzy", words()}};
        case 12: return boost::json::object{{"prefix", beginning()}};
        case 13: return boost::json::object{{"regex", expression()}};
        case 1: return boost::json::object{{below(2) != 0 ? "eq" : "neq", value()}};
        case 2: return boost::json::object{{below(2) != 0 ? "in" : "is_included", values()}};
        case 3: return boost::json::object{{below(2) != 0 ? "nin" : "not_included", values()}};
        case 4: return boost::json::object{{pick(comparisons), operand()}, {pick(comparisons), operand()}};
        case 5: return boost::json::object{{pick(comparisons), operand()}};
        case 6: return boost::json::object{{"exists", below(2) != 0}};
        case 7: return boost::json::object{{"contains", words()}};
        default: return below(3) != 0 ? boost::json::array{words()} : boost::json::array{words(), words()};
        }
    }

    [[nodiscard]] boost::json::value operand() {
        for (;;) {
            if (auto made = scalar(); made.is_number() || made.is_string()) {
                return made;
            }
        }
    }

    std::mt19937 random_;
};

} // namespace mkdb_test
