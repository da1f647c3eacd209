#include "program.hpp"

#include <mkdb/mkdb.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace mkdb::bench::peers;

constexpr auto const* store_name = "documents";

/// The peers work in the thread that asks them, and so does one partition.
[[nodiscard]] mkdb::store_options options_with(std::map<std::string, std::string> schema) {
    return {.partitions = 1, .mode = mkdb::durability::buffered, .schema = std::move(schema)};
}

[[nodiscard]] mkdb::store_options all_indexes() {
    return options_with({{"body", "full-text"}, {"category", "exact"}, {"price", "numeric"}});
}

/// Ids are texts of sixteen bytes that sort as the numbers do.
constexpr std::string_view id_prefix = "doc-";

[[nodiscard]] std::string id_of(std::uint64_t number) {
    auto const digits = std::to_string(number);
    return std::string(id_prefix).append(12 - digits.size(), '0') + digits;
}

/// The peers split texts at spaces and no more: MkDB's terms of these texts must be the same.
void check_terms(corpus const& texts) {
    mkdb::text::standard const tokenizer;
    for (auto const& word : texts.words()) {
        std::vector<std::string> terms;
        tokenizer.analyze(word, [&](std::string_view term, std::size_t, std::size_t) { terms.emplace_back(term); });
        if (terms != std::vector{word}) {
            throw std::runtime_error("'" + word + "' is not its own term: engines would answer different questions");
        }
    }
}

class mkdb_loader {
public:
    mkdb_loader(std::filesystem::path const& directory, corpus const& texts)
        : database_(mkdb::database::open(directory).value()),
          store_(database_->create_store(store_name, all_indexes()).value()) {
        check_terms(texts);
    }

    void add(std::span<document const> block) {
        for (auto const& each : block) {
            store_
                ->write({.id = id_of(each.number),
                         .delta = {{"body", each.body}, {"category", each.category}, {"price", each.price}}})
                .value();
        }
    }

    void finish() { store_->flush().value(); }

    [[nodiscard]] boost::json::object index_rates(std::uint64_t documents) {
        auto const text = rate_of({{"body", "full-text"}}, documents);
        auto const price = rate_of({{"price", "numeric"}}, documents);
        store_->reconfigure(all_indexes()).value();
        return {{"text_index", text}, {"price_index", price}};
    }

    void close() {
        store_.reset();
        database_->close().value();
    }

private:
    [[nodiscard]] double rate_of(std::map<std::string, std::string> schema, std::uint64_t documents) {
        store_->reconfigure(options_with({})).value();
        stopwatch const building;
        store_->reconfigure(options_with(std::move(schema))).value();
        return static_cast<double>(documents) / building.seconds();
    }

    std::unique_ptr<mkdb::database> database_;
    std::shared_ptr<mkdb::store> store_;
};

class mkdb_engine {
public:
    using loader = mkdb_loader;
    static constexpr std::string_view name = "mkdb";

    /// A library of headers is as old as its tree, which `run.py` knows.
    [[nodiscard]] static std::string version() { return {}; }

    [[nodiscard]] static bool supports(question const&) { return true; }

    explicit mkdb_engine(std::filesystem::path const& directory)
        : database_(mkdb::database::open(directory).value()),
          store_(database_->open_store(store_name, all_indexes()).value()) {}

    [[nodiscard]] mkdb::query::request prepare(question const& asked) const {
        return store_->parse_query(body_of(asked)).value();
    }

    [[nodiscard]] mkdb::query_page run(mkdb::query::request const& request) const {
        return store_->query(request).value();
    }

    [[nodiscard]] static answer read(mkdb::query_page const& page) {
        answer found{.total = page.total_matches};
        for (auto const& id : page.ids) {
            found.numbers.push_back(std::stoull(id.substr(id_prefix.size())));
        }
        return found;
    }

private:
    [[nodiscard]] static std::string text_of(question const& asked) {
        std::string text;
        for (auto const& word : asked.words) {
            text.append(text.empty() ? "" : " ").append(word);
        }
        return text;
    }

    [[nodiscard]] static boost::json::object filter_of(question const& asked) {
        boost::json::object filter;
        if (asked.rule == word_rule::any_occur && asked.order != row_order::score) {
            boost::json::array words;
            for (auto const& word : asked.words) {
                words.emplace_back(boost::json::object{{"body", {{"contains", word}}}});
            }
            filter["$or"] = std::move(words);
        } else if (!asked.words.empty() && asked.order != row_order::score) {
            auto const* const wanted = asked.rule == word_rule::follow_each_other ? "phrase" : "contains";
            filter["body"] = {{wanted, text_of(asked)}};
        }
        if (asked.category) {
            filter["category"] = *asked.category;
        }
        if (asked.price) {
            filter["price"] = {{"gte", asked.price->from}, {"lte", asked.price->to}};
        }
        return filter;
    }

    [[nodiscard]] static boost::json::object search_of(question const& asked) {
        auto const* const match = asked.rule == word_rule::any_occur ? "any" : "all";
        return {{"text", text_of(asked)}, {"fields", boost::json::array{"body"}}, {"match", match}};
    }

    [[nodiscard]] static boost::json::object body_of(question const& asked) {
        boost::json::object body{{"filter", filter_of(asked)}, {"limit", asked.limit}};
        switch (asked.order) {
        case row_order::any: break;
        case row_order::price_ascending: body["sort"] = "+price"; break;
        case row_order::price_descending: body["sort"] = "-price"; break;
        case row_order::score: body["search"] = search_of(asked); break;
        }
        if (asked.count_only) {
            body["count_only"] = true;
        }
        return body;
    }

    std::unique_ptr<mkdb::database> database_;
    std::shared_ptr<mkdb::store> store_;
};

} // namespace

int main(int count, char** arguments) {
    return run<mkdb_engine>(count, arguments);
}
