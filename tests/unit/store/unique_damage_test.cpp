// Who holds a value that stands in a record which nobody can read.
#include "support/checkpoint_fixture.hpp"

namespace {

using namespace mkdb::testing;
using mkdb::errc;
using mkdb::test::object;

class UniqueDamage : public checkpoint_fixture {
protected:
    static mkdb::store_options with_schema(std::string const& kind, bool unique) {
        mkdb::store_options chosen{.partitions = 1};
        chosen.schema = {{"mail", kind}};
        if (unique) {
            chosen.unique = {"mail"};
        }
        return chosen;
    }

    /// Twenty records in sealed segments with a checkpoint and without parity, the text of one of them damaged.
    void make_damaged(std::string const& kind) {
        make(with_schema(kind, false));
        for (int i = 0; i < 20; ++i) {
            auto const number = std::to_string(i);
            store->write({.id = "id" + number, .delta = object(R"({"mail":"m)" + number + "\"}")}).value();
        }
        store.reset();
        data->close().value();
        whole = disk();
        std::erase_if(whole, [](auto const& file) { return file.first.find("/parity-") != std::string::npos; });
        damaged = whole;
        damage_newest(damaged, R"(id7{"mail":"m)");
        restart_on(damaged, with_schema("exact", true));
    }

    /// The record is whole again, as it is when a disk that was away with the parity comes back.
    void mend() {
        for (auto const& [name, bytes] : whole) {
            if (name.find("/segment-") != std::string::npos) {
                auto file = data.disk.open(name, mkdb::file::open_mode::read_write).value();
                file.write_at(0, mkdb::as_bytes(bytes)).value();
            }
        }
    }

    std::string take_value_of_the_damaged(std::string const& id) {
        auto const done = store->write({.id = id, .delta = object(R"({"mail":"m7"})")});
        return done ? "" : done.error().message;
    }

    tree whole;
    tree damaged;
};

TEST_F(UniqueDamage, ARecordThatTheIndexNamesHoldsItsValueUntilItIsErased) {
    make_damaged("exact");
    EXPECT_EQ(store->read("id7").error().code, errc::corrupt_record);
    EXPECT_EQ(take_value_of_the_damaged("x"), R"(Record 'x': field 'mail': "m7" is taken by record 'id7')");
    store->erase({.id = "id7"}).value();
    EXPECT_EQ(take_value_of_the_damaged("x"), "");
}

TEST_F(UniqueDamage, ARecordThatNoIndexKnowsHoldsItsValueWhenItCanBeRead) {
    make_damaged("");
    mend();
    EXPECT_EQ(take_value_of_the_damaged("x"), R"(Record 'x': field 'mail': "m7" is taken by record 'id7')");
    EXPECT_TRUE(store->write({.id = "x", .delta = object(R"({"mail":"new"})")}));
}

TEST_F(UniqueDamage, ARecordThatNobodyCanReadHoldsNothing) {
    make_damaged("");
    EXPECT_EQ(take_value_of_the_damaged("x"), "");
    EXPECT_EQ(take_value_of_the_damaged("y"), R"(Record 'y': field 'mail': "m7" is taken by record 'x')");
    mend();
    store->reconfigure(with_schema("exact", false)).value();
    EXPECT_EQ(store->reconfigure(with_schema("exact", true)).error().code, errc::value_taken) << "it is back";
}

TEST_F(UniqueDamage, ARecordThatAnIndexAndTheListOfUnreadOnesNameIsNoDuplicateOfItself) {
    make_damaged("exact");
    auto both = with_schema("exact", false);
    both.schema.emplace("name", "exact");
    store->reconfigure(both).value(); // The index of "mail" is kept, and cannot be made for "name".
    mend();
    both.unique = {"mail"};
    auto const done = store->reconfigure(both);
    EXPECT_TRUE(done) << done.error().message;
}

} // namespace
