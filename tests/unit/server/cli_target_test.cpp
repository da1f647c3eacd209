#include "cli/target.hpp"

#include <gmock/gmock.h>

using namespace mkdb::cli;
using testing::HasSubstr;

namespace {

server_address address_of(std::string_view text) { return parse_socket_address(text).value(); }

bool is_directory(std::string const& text) {
    return std::holds_alternative<std::filesystem::path>(parse_socket_target(text).value());
}

} // namespace

TEST(Target, ReadsEveryFormOfASocketAddress) {
    EXPECT_EQ(address_of("mkdb://ann:secret@db.example:7"), (server_address{"db.example", 7, "ann", "secret"}));
    EXPECT_EQ(address_of("mkdb://ann@db.example"), (server_address{"db.example", 9001, "ann", std::nullopt}));
    EXPECT_EQ(address_of("mkdb://127.0.0.1:9001/"), (server_address{"127.0.0.1", 9001, "", std::nullopt}));
    EXPECT_EQ(address_of("localhost:80"), (server_address{"localhost", 80, "", std::nullopt}));
    EXPECT_EQ(address_of("mkdb://[::1]:81"), (server_address{"::1", 81, "", std::nullopt}));
    EXPECT_EQ(address_of("mkdb://:empty@h"), (server_address{"h", 9001, "", "empty"}));
}

TEST(Target, DecodesUserAndPassword) {
    EXPECT_EQ(address_of("mkdb://a%40b:p%3Aw%2F@h"), (server_address{"h", 9001, "a@b", "p:w/"}));
    EXPECT_EQ(address_of("mkdb://a:p@w@h").password, "p@w");
    EXPECT_THAT(parse_socket_address("mkdb://a:%zz@h").error().message, HasSubstr("%-escape"));
}

TEST(Target, SaysWhatIsWrongWithAnAddress) {
    for (auto const* const bad : {"h:", "h:0", "h:65536", "h:12x", "mkdb://h:-1"}) {
        EXPECT_THAT(parse_socket_address(bad).error().message, HasSubstr("port from 1 to 65535")) << bad;
    }
    for (auto const* const bad : {"", "mkdb://", ":9001", "mkdb://[]:1", "[::1]x:1"}) {
        EXPECT_THAT(parse_socket_address(bad).error().message, HasSubstr("HOST")) << bad;
    }
    EXPECT_THAT(parse_socket_address("http://h:9002").error().message, HasSubstr("mkdb://HOST:9001"));
    EXPECT_THAT(parse_control_address("mkdb://h:9001").error().message, HasSubstr("http://HOST:8090"));
}

TEST(Target, TellsServersFromDirectories) {
    EXPECT_FALSE(is_directory("mkdb://h"));
    EXPECT_FALSE(is_directory("h:9001"));
    EXPECT_TRUE(is_directory("h"));
    EXPECT_TRUE(is_directory("./h:9001"));
    EXPECT_TRUE(is_directory("/var/lib/h"));
    EXPECT_TRUE(is_directory("shop:main"));
}

TEST(Target, ShowsAnAddressWithoutItsSecrets) {
    EXPECT_EQ(address_of("mkdb://ann:secret@h:1").shown(), "h:1");
    EXPECT_EQ(address_of("mkdb://[::1]").shown(), "[::1]:9001");
}
