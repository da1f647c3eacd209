#pragma once

#include "support/memory_database.hpp"

#include <mkdb/store/backup.hpp>
#include <mkdb/store/restore.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace mkdb::test {

/// A database in memory, its directory of backups, and what damages them.
class backup_fixture : public ::testing::Test {
protected:
    using database = memory_database::database;
    static constexpr char const* root = "/backups";

    std::shared_ptr<memory_database::store> fill(std::string const& name, int from, int to) {
        auto store = live->find_store(name);
        store = store ? store : live.create(name);
        for (int n = from; n < to; ++n) {
            store->write({.id = "r" + std::to_string(n), .delta = object(R"({"n":)" + std::to_string(n) + "}")})
                .value();
        }
        return store;
    }

    backup_report back_up(backup_options const& options = {}) { return live->backup(root, options).value(); }

    /// The shared segments, sorted.
    std::vector<std::string> segments() {
        std::vector<std::string> paths;
        for (auto const& name : live.disk.list("/backups/segments").value()) {
            paths.push_back("/backups/segments/" + name);
        }
        return paths;
    }

    /// Flips a bit in the middle.
    void rot(std::string const& path) {
        auto file = live.disk.open(path, file::open_mode::read_write).value();
        auto const at = file.size().value() / 2;
        std::byte one{};
        file.read_at(at, {&one, 1}).value();
        one ^= std::byte{0x10};
        file.write_at(at, {&one, 1}).value();
    }

    memory_database live;
};

} // namespace mkdb::test
