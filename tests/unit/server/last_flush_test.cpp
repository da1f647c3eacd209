#include "application/last_flush.hpp"
#include "support/temporary_directory.hpp"

#include <mkdb/document/write.hpp>

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace mkdb::server;
using mkdb::errc;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace {

struct one_store {
    mkdb::result<> outcome;
    int flushes = 0;

    mkdb::result<> flush() {
        ++flushes;
        return outcome;
    }
};

struct some_stores {
    std::map<std::string, std::shared_ptr<one_store>, std::less<>> stores;

    [[nodiscard]] std::vector<std::string> store_names() const {
        std::vector<std::string> names;
        for (auto const& [name, store] : stores) {
            names.push_back(name);
        }
        return names;
    }
    [[nodiscard]] std::shared_ptr<one_store> find_store(std::string_view name) const {
        return stores.find(name)->second;
    }
};

class LastFlush : public testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    event_log events{*json_lines_log::open(directory.path() / "events.jsonl")};
    some_stores database;

    std::shared_ptr<one_store> add(std::string const& name, mkdb::result<> outcome = {}) {
        return database.stores[name] = std::make_shared<one_store>(one_store{std::move(outcome)});
    }

    [[nodiscard]] std::string errors() const { return mkdb::document::to_json(events.newest(10, "error")); }
};

} // namespace

TEST_F(LastFlush, IsASuccessWhenEveryStoreIsOnTheDisk) {
    add("a");
    database.stores["gone"] = nullptr; // It was archived meanwhile.
    EXPECT_EQ(flush_stores(database, events), EXIT_SUCCESS);
    EXPECT_EQ(database.stores["a"]->flushes, 1);
    EXPECT_EQ(errors(), "[]");
}

TEST_F(LastFlush, ThatFailsIsToldAndFailsTheProcessAndTheOtherStoresAreFlushed) {
    add("a", mkdb::fail(errc::io, "the disk is gone"));
    auto const last = add("b");
    EXPECT_EQ(flush_stores(database, events), EXIT_FAILURE);
    EXPECT_EQ(last->flushes, 1);
    EXPECT_THAT(errors(), AllOf(HasSubstr(R"("a")"), HasSubstr("may be lost: the disk is gone")));
}
