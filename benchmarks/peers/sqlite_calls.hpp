#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace mkdb::bench::peers {

/// A prepared statement.
class sqlite_statement {
public:
    sqlite_statement(sqlite3* database, std::string const& sql) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(database, sql.c_str(), -1, &made, nullptr) != SQLITE_OK) {
            throw std::runtime_error(std::string(sqlite3_errmsg(database)) + " in " + sql);
        }
        statement_.reset(made);
    }

    /// The text must live until the statement was run.
    void bind(int at, std::string const& text) {
        sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind(int at, std::int64_t number) { sqlite3_bind_int64(statement_.get(), at, number); }

    /// Calls `visit` with the number in the first column of each row, and makes the statement ready for another run.
    template <class Visit>
    void run(Visit&& visit) {
        int outcome = SQLITE_ROW;
        while ((outcome = sqlite3_step(statement_.get())) == SQLITE_ROW) {
            visit(sqlite3_column_int64(statement_.get(), 0));
        }
        sqlite3_reset(statement_.get());
        if (outcome != SQLITE_DONE) {
            throw std::runtime_error(sqlite3_errmsg(sqlite3_db_handle(statement_.get())));
        }
    }
    void run() {
        run([](std::int64_t) {});
    }

private:
    struct deleter {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, deleter> statement_;
};

/// A database file, with the settings that it is fast with.
class sqlite_file {
public:
    explicit sqlite_file(std::string const& path) {
        sqlite3* opened = nullptr;
        auto const outcome = sqlite3_open(path.c_str(), &opened);
        database_.reset(opened);
        if (outcome != SQLITE_OK) {
            throw std::runtime_error("cannot open " + path);
        }
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = NORMAL");
        run("PRAGMA cache_size = -524288"); // in KiB
    }

    void run(std::string const& sql) {
        char* message = nullptr;
        if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
            std::string const why = message == nullptr ? "unknown" : message;
            sqlite3_free(message);
            throw std::runtime_error(why + " in " + sql);
        }
    }

    [[nodiscard]] sqlite_statement prepare(std::string const& sql) { return {database_.get(), sql}; }

    void close() { database_.reset(); }

private:
    struct deleter {
        void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
    };
    std::unique_ptr<sqlite3, deleter> database_;
};

} // namespace mkdb::bench::peers
