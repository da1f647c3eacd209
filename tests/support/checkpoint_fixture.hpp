#pragma once

#include "support/log_driver.hpp"
#include "support/memory_database.hpp"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mkdb::testing {

[[nodiscard]] inline std::string checkpoint_of(std::string const& store, int partition = 0) {
    return "/db/stores/" + store + "/p00" + std::to_string(partition) + "/checkpoint";
}

/// A store whose process ends now and then, well or badly.
class checkpoint_fixture : public ::testing::Test {
protected:
    using tree = std::map<std::string, std::string>; ///< Bytes by name.
    static constexpr std::uint64_t small_segment = 1024;

    mkdb::test::memory_database data;
    std::shared_ptr<mkdb::test::memory_database::store> store;

    static mkdb::store_options options() {
        mkdb::store_options chosen{.partitions = 1};
        chosen.schema = {{"name", "exact"}, {"price", "numeric"}, {"text", "full-text"}};
        return chosen;
    }

    void make(mkdb::store_options const& chosen = options(), std::string const& name = "s") {
        store = data->create_store(name, chosen, {small_segment}).value();
    }

    void put(int number, int price) {
        auto const text = R"({"name":"n)" + std::to_string(number % 7) + R"(","price":)" + std::to_string(price) +
                          R"(,"text":"steel bolts )" + std::to_string(price % 5) + R"("})";
        store->write({.id = "id" + std::to_string(number), .delta = mkdb::test::object(text)}).value();
    }

    /// Records that are new, changed, gone, and back again.
    void fill(int from = 0, int count = 40) {
        for (int i = from; i < from + count; ++i) {
            put(i, i * 3);
            if (i % 3 == 0) {
                put(i / 2, i);
            }
            if (i % 5 == 0) {
                store->erase({.id = "id" + std::to_string(i * 2 / 3)}).value();
            }
            if (i % 10 == 0) {
                put(i * 2 / 3, 1);
            }
        }
    }

    /// Everything that a client can ask, in the order in which it is told.
    [[nodiscard]] std::vector<std::string> answers() const {
        std::vector<std::string> all;
        for (auto const* filter :
             {R"({})", R"({"name":"n3"})", R"({"price":{"gt":30}})", R"({"text":{"contains":"bolt"}})",
              R"({"price":{"exists":true},"name":{"in":["n1","n2"]}})", R"({"text":{"contains":"3"}})"}) {
            auto const body = mkdb::test::object(std::string(R"({"limit":0,"hydrate":true,"filter":)") + filter + "}");
            auto const page = store->query(store->parse_query(body).value()).value();
            for (auto const& each : page.records) {
                all.push_back(each.id + each.json + std::to_string(each.revision));
            }
            all.push_back(std::to_string(page.total_matches));
        }
        return all;
    }

    [[nodiscard]] tree disk() const { return snapshot(data.disk, "/"); }

    /// The process ends as it is, and another finds this on the disk.
    void restart_on(tree const& found, mkdb::store_options const& chosen = options(), std::string const& name = "s") {
        store.reset();
        data.disk = tree_of(found);
        data.open();
        auto opened = data->open_store(name, chosen, {small_segment});
        ASSERT_TRUE(opened) << opened.error().message;
        store = *opened;
    }
    void kill() { restart_on(disk()); }
    void close() {
        store.reset();
        data.open();
        store = data->open_store("s", options(), {small_segment}).value();
    }

    /// Rot in the newest version that begins so.
    static void damage_newest(tree& found, std::string const& start) {
        for (auto file = found.rbegin(); file != found.rend(); ++file) {
            auto const at =
                file->first.find("/segment-") == std::string::npos ? std::string::npos : file->second.rfind(start);
            if (at != std::string::npos) {
                file->second[at + start.size() + 4] ^= 1;
                return;
            }
        }
        FAIL() << "no version begins with " << start;
    }

    /// How many versions opening read from the log.
    [[nodiscard]] std::uint64_t replayed() const { return store->recovery().at(0).records; }
    [[nodiscard]] std::vector<std::string> notes() const { return store->recovery().at(0).notes; }
};

} // namespace mkdb::testing
