#include "cli/write_window.hpp"

#include <gtest/gtest.h>

#include <new>

using mkdb::errc;
using mkdb::cli::write_window;

TEST(WriteWindow, DoesNotWaitForAWriteThatCouldNotBeSent) {
    write_window window;
    EXPECT_THROW(static_cast<void>(window.send(1000, [] { throw std::bad_alloc(); })), std::bad_alloc);
    window.drain(); // Else it waits for ever, as would the destructors that call it.
    EXPECT_TRUE(window.failure());
}

TEST(WriteWindow, SendsNothingAfterAFailureThatTheNextWriteWouldMeet) {
    write_window window;
    bool sent = false;
    auto const send = [&] { sent = true; };
    ASSERT_TRUE(window.send(1000, send));
    ASSERT_TRUE(sent);
    sent = false;
    window.answered(1000, mkdb::fail(errc::read_only, "no more"));
    EXPECT_EQ(window.send(1000, send).error().code, errc::read_only);
    EXPECT_FALSE(sent);
    window.drain();
}
