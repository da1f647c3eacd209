#include "config/config_file.hpp"
#include "config/live_config.hpp"
#include "config/reading.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

namespace {

using namespace mkdb;
using namespace mkdb::server;

class LiveConfig : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    live_config config{directory.path(), defaults()};
    file::posix files;
    int undone = 0;

    static boost::json::object defaults() {
        boost::json::object document;
        fill_defaults(document);
        return document;
    }
    std::string saved_name() { return string_at(config_file(files, directory.path()).load().value().document, "name"); }
    static result<> break_it(boost::json::object& document) {
        document["name"] = 3;
        return {};
    }
};

TEST_F(LiveConfig, TakesBackWhatCannotBeSaved) {
    auto const before = config.snapshot();
    auto const refused = config.update(break_it, [&] {
        ++undone;
        return result<>();
    });
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_EQ(undone, 1);
    EXPECT_EQ(config.snapshot(), before);
}

TEST_F(LiveConfig, HasNothingToTakeBackOfAChangeThatWasRefused) {
    auto const refused = config.update([](boost::json::object&) { return result<>(fail(errc::value_taken, "no")); },
                                       [&] {
                                           ++undone;
                                           return result<>();
                                       });
    EXPECT_EQ(refused.error().code, errc::value_taken);
    EXPECT_EQ(undone, 0);
}

TEST_F(LiveConfig, TellsWhatCouldNotBeTakenBack) {
    auto const refused = config.update(break_it, [] { return result<>(fail(errc::io, "the disk is gone")); });
    EXPECT_THAT(refused.error().message,
                ::testing::EndsWith("; until the next start it is in force all the same: the disk is gone"));
}

result<> rename(boost::json::object& document) {
    document["name"] = "another";
    return {};
}

TEST_F(LiveConfig, KeepsAChangeBeforeWhatItIsFor) {
    auto const done = config.update_before(
        [&]() -> result<> {
            EXPECT_EQ(saved_name(), "another");
            EXPECT_NE(string_at(*config.snapshot(), "name"), "another");
            return {};
        },
        rename);
    ASSERT_TRUE(done);
    EXPECT_EQ(string_at(*config.snapshot(), "name"), "another");
}

TEST_F(LiveConfig, TakesBackAChangeWhoseActionIsRefused) {
    auto const before = config.snapshot();
    auto const refused = config.update_before([] { return result<>(fail(errc::no_space, "no room")); }, rename);
    EXPECT_EQ(refused.error().message, "no room");
    EXPECT_EQ(config.snapshot(), before);
    EXPECT_EQ(saved_name(), string_at(*before, "name"));
}

TEST_F(LiveConfig, DoesNothingForAChangeThatIsRefused) {
    auto const act = [&] {
        ++undone;
        return result<>();
    };
    EXPECT_FALSE(config.update_before(act, break_it));
    std::filesystem::create_directory(directory.path() / "config.json"); // Nobody can write a file of that name now.
    EXPECT_FALSE(config.update_before(act, rename));
    EXPECT_EQ(undone, 0);
}

} // namespace
