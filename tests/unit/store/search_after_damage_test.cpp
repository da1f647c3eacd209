// What rot does to the texts that scores rest on: a search tells what it would without indexes.
#include "support/checkpoint_fixture.hpp"

#include <string>
#include <utility>

namespace {

using namespace mkdb::testing;
using mkdb::test::object;

class SearchAfterDamage : public checkpoint_fixture {
protected:
    static mkdb::store_options with(std::map<std::string, std::string> schema) {
        mkdb::store_options chosen{.partitions = 1};
        chosen.schema = std::move(schema);
        return chosen;
    }

    static constexpr auto record_7 = R"(id7{"name":"n0","price":7,"t)";

    /// Twenty records whose index is in a checkpoint, the text of one of them damaged.
    void restart_damaged() {
        make(with({{"text", "full-text"}}));
        for (int i = 0; i < 20; ++i) {
            put(i, i);
        }
        store.reset();
        data->close().value();
        whole = disk();
        std::erase_if(whole, [](auto const& file) { return file.first.find("/parity-") != std::string::npos; });
        auto damaged = whole;
        damage_newest(damaged, record_7);
        restart_on(damaged, with({{"text", "full-text"}}));
        ASSERT_FALSE(store->read("id7"));
    }

    void mend() {
        for (auto const& [name, bytes] : whole) {
            if (name.find("/segment-") != std::string::npos) {
                auto file = data.disk.open(name, mkdb::file::open_mode::read_write).value();
                file.write_at(0, mkdb::as_bytes(bytes)).value();
            }
        }
    }

    [[nodiscard]] mkdb::query_page search() const {
        auto const body = object(R"({"search":{"text":"bolts 2","fields":["text"]},"limit":0})");
        return store->query(store->parse_query(body).value()).value();
    }

    void expect_same_without_indexes() {
        auto const indexed = search();
        store->reconfigure(with({})).value();
        auto const plain = search();
        EXPECT_EQ(indexed.ids, plain.ids);
        EXPECT_EQ(indexed.scores, plain.scores);
        EXPECT_EQ(indexed.total_matches, plain.total_matches);
    }

    tree whole;
};

TEST_F(SearchAfterDamage, DoesNotKnowADamagedRecordThatWasDeleted) {
    ASSERT_NO_FATAL_FAILURE(restart_damaged());
    store->erase({.id = "id7"}).value();
    EXPECT_EQ(search().total_matches, 19U);
    expect_same_without_indexes();
}

TEST_F(SearchAfterDamage, CountsARecordOnceThatAnotherIndexWasBuiltWithout) {
    ASSERT_NO_FATAL_FAILURE(restart_damaged());
    store->reconfigure(with({{"text", "full-text"}, {"price", "numeric"}})).value();
    mend();
    put(7, 2);
    EXPECT_EQ(search().total_matches, 20U);
    expect_same_without_indexes();
}

} // namespace
