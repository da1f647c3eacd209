#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mkdb::test {

/// Records as a test keeps them, and BM25 as the books have it, field by field, over words that the tokenizer leaves as
/// they are.
class naive_search {
public:
    using texts = std::map<std::string, std::vector<std::string>>; ///< By field, word by word.
    struct record {
        texts fields;
        std::uint64_t created = 0;
        std::int64_t kind = 0;
    };
    struct field {
        std::string name;
        double weight;
    };
    struct hit {
        std::string id;
        double score;
    };

    std::map<std::string, record> records;

    [[nodiscard]] std::vector<hit> search(std::vector<std::string> const& words, std::vector<field> const& fields,
                                          bool all, std::optional<std::int64_t> kind) const {
        std::vector<std::pair<std::uint64_t, hit>> found;
        for (auto const& [id, each] : records) {
            auto const has = [&](std::string const& word) {
                return std::ranges::any_of(fields, [&](auto const& f) { return often(each, f.name, word) > 0; });
            };
            bool const matches = all ? std::ranges::all_of(words, has) : std::ranges::any_of(words, has);
            if (matches && (!kind || each.kind == *kind)) {
                found.push_back({each.created, {id, score(each, words, fields)}});
            }
        }
        std::ranges::sort(found, [](auto const& a, auto const& b) {
            return a.second.score != b.second.score ? a.second.score > b.second.score : a.first < b.first;
        });
        std::vector<hit> hits;
        for (auto& [created, each] : found) {
            hits.push_back(std::move(each));
        }
        return hits;
    }

private:
    [[nodiscard]] static std::size_t often(record const& in, std::string const& field, std::string const& word) {
        auto const at = in.fields.find(field);
        return at == in.fields.end() ? 0 : static_cast<std::size_t>(std::ranges::count(at->second, word));
    }

    [[nodiscard]] double score(record const& of, std::vector<std::string> const& words,
                               std::vector<field> const& fields) const {
        double sum = 0;
        for (auto const& word : words) {
            for (auto const& in : fields) {
                double counted = 0;
                double length = 0;
                double with = 0;
                for (auto const& [id, each] : records) {
                    if (auto const at = each.fields.find(in.name); at != each.fields.end()) {
                        counted += 1;
                        length += static_cast<double>(at->second.size());
                        with += often(each, in.name, word) > 0 ? 1 : 0;
                    }
                }
                if (auto const count = static_cast<double>(often(of, in.name, word)); count > 0) {
                    auto const rarity = std::log(1 + (counted - with + 0.5) / (with + 0.5));
                    auto const own = static_cast<double>(of.fields.at(in.name).size());
                    auto const norm = 1 - 0.75 + 0.75 * own / std::max(length / counted, 1.0);
                    sum += in.weight * rarity * count * 2.2 / (count + 1.2 * norm);
                }
            }
        }
        return sum;
    }
};

} // namespace mkdb::test
