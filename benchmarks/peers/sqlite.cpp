#include "program.hpp"
#include "sqlite_calls.hpp"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace mkdb::bench::peers;

/// Rows count from 1, documents from 0.
[[nodiscard]] std::int64_t row_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number) + 1;
}

[[nodiscard]] std::string path_in(std::filesystem::path const& directory) {
    return directory / "documents.sqlite";
}

constexpr auto const* price_index = "CREATE INDEX by_price ON documents(price)";

class sqlite_loader {
public:
    sqlite_loader(std::filesystem::path const& directory, corpus const&) : file_(path_in(directory)) {
        file_.run("CREATE TABLE documents(id INTEGER PRIMARY KEY, category TEXT, price INTEGER, body TEXT)");
        file_.run(price_index);
        file_.run("CREATE INDEX by_category ON documents(category, price)");
        // The texts stay in the table: the index holds no second copy of them.
        file_.run("CREATE VIRTUAL TABLE texts USING fts5(body, content = 'documents', content_rowid = 'id')");
        row_.emplace(file_.prepare("INSERT INTO documents(id, category, price, body) VALUES(?1, ?2, ?3, ?4)"));
        text_.emplace(file_.prepare("INSERT INTO texts(rowid, body) VALUES(?1, ?2)"));
    }

    void add(std::span<document const> block) {
        constexpr std::size_t transaction_size = 1000;
        for (std::size_t i = 0; i < block.size(); ++i) {
            if (i % transaction_size == 0) {
                file_.run(i == 0 ? "BEGIN" : "COMMIT; BEGIN");
            }
            insert(block[i]);
        }
        file_.run("COMMIT");
    }

    void finish() {
        file_.run("INSERT INTO texts(texts) VALUES('optimize')");
        file_.run("ANALYZE");
        file_.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    [[nodiscard]] boost::json::object index_rates(std::uint64_t documents) {
        auto const rate = [&](char const* sql) {
            stopwatch const building;
            file_.run(sql);
            return static_cast<double>(documents) / building.seconds();
        };
        auto const text = rate("INSERT INTO texts(texts) VALUES('rebuild')");
        file_.run("DROP INDEX by_price");
        auto const price = rate(price_index);
        finish();
        return {{"text_index", text}, {"price_index", price}};
    }

    void close() {
        row_.reset();
        text_.reset();
        file_.run("VACUUM");
        file_.run("PRAGMA wal_checkpoint(TRUNCATE)");
        file_.close();
    }

private:
    void insert(document const& each) {
        auto const id = row_of(each.number);
        row_->bind(1, id);
        row_->bind(2, each.category);
        row_->bind(3, each.price);
        row_->bind(4, each.body);
        row_->run();
        text_->bind(1, id);
        text_->bind(2, each.body);
        text_->run();
    }

    sqlite_file file_;
    std::optional<sqlite_statement> row_;
    std::optional<sqlite_statement> text_;
};

/// A question as SQL; what changes from one of its kind to the next is bound.
struct sqlite_request {
    question const* asked = nullptr;
    std::string match;                 ///< In FTS5's language.
    sqlite_statement* total = nullptr; ///< Null: the rows are counted as they come.
    sqlite_statement* rows = nullptr;  ///< Null: only the total is asked for.
};

[[nodiscard]] std::string match_of(question const& asked) {
    std::string match;
    if (asked.rule == word_rule::follow_each_other) {
        for (auto const& word : asked.words) {
            match.append(match.empty() ? "\"" : " ").append(word);
        }
        return match.empty() ? match : match + '"';
    }
    for (auto const& word : asked.words) {
        match.append(match.empty() ? "" : asked.rule == word_rule::any_occur ? " OR " : " AND ").append(word);
    }
    return match;
}

/// Where the rows come from, and which hold.
[[nodiscard]] std::string source_of(question const& asked) {
    bool const by_fields = asked.category || asked.price;
    if (!asked.words.empty() && !by_fields) {
        return " FROM texts WHERE texts MATCH ?1";
    }
    std::string source = " FROM documents WHERE true";
    if (!asked.words.empty()) {
        source += " AND id IN (SELECT rowid FROM texts WHERE texts MATCH ?1)";
    }
    if (asked.category) {
        source += " AND category = ?2";
    }
    if (asked.price) {
        source += " AND price BETWEEN ?3 AND ?4";
    }
    return source;
}

[[nodiscard]] std::string order_of(question const& asked) {
    switch (asked.order) {
    case row_order::price_ascending: return " ORDER BY price, id";
    case row_order::price_descending: return " ORDER BY price DESC, id";
    case row_order::score: return " ORDER BY rank";
    case row_order::any: break;
    }
    return "";
}

class sqlite_engine {
public:
    using loader = sqlite_loader;
    static constexpr std::string_view name = "sqlite";

    [[nodiscard]] static std::string version() { return sqlite3_libversion(); }
    [[nodiscard]] static bool supports(question const&) { return true; }

    explicit sqlite_engine(std::filesystem::path const& directory) : file_(path_in(directory)) {}

    /// Statements are kept, as programs keep them. Of one word, and of ordered indexes, a count and a page are quicker
    /// than a walk over all rows; of several words and of words with fields the walk is, since it finds them once.
    [[nodiscard]] sqlite_request prepare(question const& asked) {
        sqlite_request made{.asked = &asked, .match = match_of(asked)};
        auto const source = source_of(asked);
        bool const fields = asked.category || asked.price;
        bool const walks = asked.limit == 0 || asked.words.size() > 1 || (!asked.words.empty() && fields);
        bool const ranked = asked.order == row_order::score;
        if (asked.count_only || (!walks && !ranked)) {
            made.total = &statement("SELECT count(*)" + source);
        }
        if (!asked.count_only) {
            auto const* const column = asked.words.empty() || fields ? "SELECT id" : "SELECT rowid";
            auto const limit = walks && !ranked ? std::string() : " LIMIT " + std::to_string(asked.limit);
            made.rows = &statement(column + source + order_of(asked) + limit);
        }
        return made;
    }

    [[nodiscard]] answer run(sqlite_request const& request) {
        answer found;
        if (request.rows != nullptr) {
            auto const limit =
                request.asked->limit == 0 ? std::numeric_limits<std::uint64_t>::max() : request.asked->limit;
            bind(*request.rows, request);
            request.rows->run([&](std::int64_t id) {
                ++found.total;
                if (found.numbers.size() < limit) {
                    found.numbers.push_back(static_cast<std::uint64_t>(id) - 1);
                }
            });
        }
        if (request.total != nullptr) {
            bind(*request.total, request);
            request.total->run([&](std::int64_t count) { found.total = static_cast<std::uint64_t>(count); });
        }
        return found;
    }

    [[nodiscard]] static answer read(answer found) { return found; }

private:
    [[nodiscard]] sqlite_statement& statement(std::string const& sql) {
        auto found = statements_.find(sql);
        if (found == statements_.end()) {
            found = statements_.emplace(sql, file_.prepare(sql)).first;
        }
        return found->second;
    }

    static void bind(sqlite_statement& to, sqlite_request const& request) {
        auto const& asked = *request.asked;
        if (!asked.words.empty()) {
            to.bind(1, request.match);
        }
        if (asked.category) {
            to.bind(2, *asked.category);
        }
        if (asked.price) {
            to.bind(3, asked.price->from);
            to.bind(4, asked.price->to);
        }
    }

    sqlite_file file_;
    std::map<std::string, sqlite_statement> statements_;
};

} // namespace

int main(int count, char** arguments) {
    return run<sqlite_engine>(count, arguments);
}
