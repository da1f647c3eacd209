#include "config/config_file.hpp"
#include "config/live_config.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json/object.hpp>
#include <gmock/gmock.h>

namespace {

using namespace mkdb;
using namespace mkdb::server;

class LiveConfig : public ::testing::Test {
protected:
    mkdb::testing::temporary_directory directory;
    live_config config{directory.path(), defaults()};
    int undone = 0;

    static boost::json::object defaults() {
        boost::json::object document;
        fill_defaults(document);
        return document;
    }
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

} // namespace
