#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <random>
#include <string>
#include <utility>

namespace mkdb::test {

/// Records of few ids and few values, so that they often meet, and every kind of question about them.
class random_world {
public:
    explicit random_world(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] std::size_t below(std::size_t bound) { return random_() % bound; }

    template <class T>
    [[nodiscard]] T pick(std::initializer_list<T> choices) {
        return *(choices.begin() + below(choices.size()));
    }

    [[nodiscard]] std::string text() {
        std::string words;
        for (auto count = 1 + below(4); count > 0; --count) {
            words +=
                pick({"steel ", "bolts ", "the ", "Running ", "red ", "Bolt ", "nut ", "die ", "Häuser ", "Haus "});
        }
        return words;
    }

    [[nodiscard]] boost::json::value scalar() {
        switch (below(7)) {
        case 0: return nullptr;
        case 1: return below(2) == 0;
        case 2: return static_cast<std::int64_t>(below(6)) - 2;
        case 3: return static_cast<double>(below(8)) / 2;
        case 4: return pick<std::uint64_t>({9007199254740992U, 9007199254740993U, 18446744073709551615U});
        default: return boost::json::value(text());
        }
    }

    [[nodiscard]] boost::json::value value() {
        if (below(6) != 0) {
            return scalar();
        }
        boost::json::array elements;
        for (auto count = below(4); count > 0; --count) {
            elements.push_back(scalar());
        }
        return elements;
    }

    [[nodiscard]] std::string field() { return pick<std::string>({"name", "price", "tags", "a.b", "a.c", "rest"}); }

    [[nodiscard]] boost::json::object delta() {
        boost::json::object fields;
        for (auto count = below(4); count > 0; --count) {
            fields[field()] = value();
        }
        return fields;
    }

    [[nodiscard]] std::string id() { return "id" + std::to_string(below(60)); }

    [[nodiscard]] boost::json::object condition() {
        auto const name = field();
        switch (below(15)) {
        case 0: return {{name, scalar()}};
        case 6: return {{name, boost::json::object{{pick({"any", "all"}), boost::json::array{scalar(), value()}}}}};
        case 7: return {{name, boost::json::object{{"phrase", text()}}}};
        case 8: return {{name, boost::json::object{{"fuzzy", pick({"stele", "blot", "nut rde", "the", "Huas"})}}}};
        case 9: return {{name, boost::json::object{{"prefix", pick({"", "s", "Running", "bolts steel"})}}}};
        case 10: return {{name, boost::json::object{{"regex", pick({"^bolts?", "(?i)RED", "t $", "(n|u)+t"})}}}};
        case 11: return {{name, boost::json::array{text(), text()}}};
        case 12: return range();
        case 13: return {{"id", id()}};
        case 14: return {{"id", boost::json::array{id(), id(), "nobody", id()}}};
        case 1: return {{name, boost::json::object{{pick({"eq", "neq"}), value()}}}};
        case 2: return {{name, boost::json::object{{pick({"gt", ">=", "lt", "<="}), comparable()}}}};
        case 3: return {{name, boost::json::object{{pick({"in", "nin"}), boost::json::array{scalar(), scalar()}}}}};
        case 4: return {{name, boost::json::object{{"contains", text()}}}};
        default: return {{name, boost::json::object{{"exists", below(2) == 0}}}};
        }
    }

    [[nodiscard]] boost::json::object range() {
        return {{field(), boost::json::object{{pick({"gt", ">="}), comparable()}, {pick({"lt", "<="}), comparable()}}}};
    }

    [[nodiscard]] boost::json::object filter(int depth = 2) {
        if (depth == 0 || below(3) != 0) {
            auto conditions = condition();
            if (below(3) == 0) {
                for (auto const& more : condition()) {
                    conditions[more.key()] = more.value();
                }
            }
            return conditions;
        }
        if (below(4) == 0) {
            return {{"$not", filter(depth - 1)}};
        }
        return {{pick({"$and", "$or"}), boost::json::array{filter(depth - 1), filter(depth - 1)}}};
    }

    [[nodiscard]] boost::json::value sort() {
        boost::json::array keys;
        for (auto count = 1 + below(3); count > 0; --count) {
            keys.emplace_back(pick<std::string>({"+", "-"}) + field());
        }
        return keys;
    }

    [[nodiscard]] boost::json::object query() {
        boost::json::object body{{"filter", filter()}, {"limit", below(3) == 0 ? 0 : below(12)}, {"offset", below(4)}};
        if (below(2) == 0) {
            body["sort"] = sort();
        }
        body["hydrate"] = below(2) == 0;
        if (below(4) == 0) {
            body["fields"] = boost::json::array{field(), field()};
        }
        body["count_only"] = below(8) == 0;
        if (body["count_only"].get_bool() && below(2) == 0) {
            body["filter"] = range();
        }
        return body;
    }

    [[nodiscard]] boost::json::object aggregate() {
        boost::json::object metrics{{"n", "count"}};
        for (auto const* kind : {"count", "sum", "min", "max", "distinct"}) {
            metrics[kind] = boost::json::object{{kind, field()}};
        }
        boost::json::object wanted{{"metrics", std::move(metrics)}};
        if (below(2) == 0) {
            wanted["group_by"] = field();
        }
        return {{"filter", filter()}, {"aggregate", std::move(wanted)}};
    }

    [[nodiscard]] std::map<std::string, std::string> schema() {
        std::map<std::string, std::string> kinds;
        for (auto const* name : {"name", "price", "tags", "a.b", "a.c"}) {
            kinds[name] = pick<std::string>({"", "exact", "numeric", "full-text"});
        }
        return kinds;
    }

    [[nodiscard]] std::map<std::string, std::string, std::less<>> languages() {
        std::map<std::string, std::string, std::less<>> chosen;
        for (auto const* name : {"name", "price", "tags", "a.b", "rest"}) {
            if (below(3) == 0) {
                chosen[name] = pick<std::string>({"", "english", "german", "french"});
            }
        }
        return chosen;
    }

private:
    [[nodiscard]] boost::json::value comparable() {
        return below(3) == 0 ? boost::json::value(text()) : boost::json::value(static_cast<double>(below(8)) / 2);
    }

    std::mt19937_64 random_;
};

} // namespace mkdb::test
