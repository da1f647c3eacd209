#include <mkdb/protocol/http_head.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace mkdb::protocol;

unsigned status(std::string const& head) {
    auto const read = read_http_head(head + "\r\n");
    return read.refusal ? read.refusal->status : 200;
}

std::string with(std::string const& fields) {
    return "POST /data HTTP/1.1\r\nHost: a\r\n" + fields;
}

TEST(HttpHead, TellsWhatBodyFollows) {
    EXPECT_EQ(read_http_head(with("Content-Length: 12\r\n\r\n")).content_length, 12U);
    EXPECT_TRUE(read_http_head(with("transfer-encoding: Chunked\r\n\r\n")).chunked);
    EXPECT_TRUE(read_http_head(with("Expect: 100-Continue\r\n\r\n")).expects_continue);
    EXPECT_FALSE(read_http_head(with("\r\n")).chunked);
}

struct head_row {
    std::string head;
    unsigned status;
};

TEST(HttpHead, RefusesWhatCouldBeReadInTwoWays) {
    for (auto const& row : std::vector<head_row>{
             {with(""), 200},
             {"GET / HTTP/1.0\r\n", 200},
             {with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
             {with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
             {with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
             {with("Content-Length: 5, 5\r\n"), 400},
             {with("Content-Length: +5\r\n"), 400},
             {with("Content-Length: -5\r\n"), 400},
             {with("Content-Length: 0x5\r\n"), 400},
             {with("Content-Length:\r\n"), 400},
             {with("Content-Length: 99999999999999999999999\r\n"), 400},
             {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
             {with("Transfer-Encoding: gzip, chunked\r\n"), 400},
             {with("Transfer-Encoding: xchunked\r\n"), 400},
             {with("Transfer-Encoding: identity\r\n"), 400},
             {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n", 400},
             {with("X: a\r\n folded\r\n"), 400},
             {with("Content-Length : 5\r\n"), 400},
             {with(": nameless\r\n"), 400},
             {with("No colon\r\n"), 400},
             {with("X: a\nY: b\r\n"), 400},
             {with("X: a\rb\r\n"), 400},
             {with(std::string("X: a\0b\r\n", 8)), 400},
             {with("X: \x01\r\n"), 400},
             {with("Host: b\r\n"), 400},
             {"GET / HTTP/1.1\r\n", 400},
             {"GET  / HTTP/1.1\r\nHost: a\r\n", 400},
             {"GET /a b HTTP/1.1\r\nHost: a\r\n", 400},
             {"GET /\tHTTP/1.1\r\nHost: a\r\n", 400},
             {"GET / \r\nHost: a\r\n", 400},
             {"G{T / HTTP/1.1\r\nHost: a\r\n", 400},
             {"/ HTTP/1.1\r\nHost: a\r\n", 400},
             {"GET / HTTP/2.0\r\nHost: a\r\n", 505},
             {"GET / http/1.1\r\nHost: a\r\n", 400},
             {with("Expect: miracles\r\n"), 417},
         }) {
        EXPECT_EQ(status(row.head), row.status) << row.head;
    }
}

TEST(HttpHead, MayBeAsLargeAsTheLimitsAndNoLarger) {
    auto const line = [](std::size_t bytes) {
        return "GET /" + std::string(bytes - 14, 'x') + " HTTP/1.1\r\nHost: a\r\n";
    };
    EXPECT_EQ(status(line(8192)), 200U);
    EXPECT_EQ(status(line(8193)), 414U);
    std::string fields;
    for (int i = 0; i < 99; ++i) {
        fields += "X: y\r\n";
    }
    EXPECT_EQ(status(with(fields)), 200U);
    EXPECT_EQ(status(with(fields + "X: y\r\n")), 431U);
    auto const sized = [](std::size_t bytes) {
        auto const start = with("A: " + std::string(8000, 'x') + "\r\nC: " + std::string(4000, 'x') + "\r\nB: ");
        return start + std::string(bytes - start.size() - 4, 'y') + "\r\n";
    };
    EXPECT_EQ(status(sized(16 * 1024)), 200U);
    EXPECT_EQ(status(sized(16 * 1024 + 1)), 431U);
}

TEST(HttpHead, IsRefusedBeforeItsEndWhenThatIsPlain) {
    EXPECT_FALSE(refuse_partial_head("GET / HTTP/1.1\r\nHost"));
    EXPECT_EQ(refuse_partial_head("GET / HTTP/1.1\nHost: a\n\n")->status, 400U);
    EXPECT_EQ(refuse_partial_head("GET / HTTP/1.1\r\nHost: a\n")->status, 400U);
    EXPECT_EQ(refuse_partial_head(std::string(8193, 'x'))->status, 414U);
    EXPECT_EQ(refuse_partial_head("GET / HTTP/1.1\r\n" + std::string(16 * 1024, 'x'))->status, 431U);
}

} // namespace
