#include <mkdb/engine/change_feed.hpp>

#include <gmock/gmock.h>

namespace {

using mkdb::change;
using mkdb::subscription;
using mkdb::engine::change_feed;
using testing::ElementsAre;

class ChangeFeed : public testing::Test {
protected:
    std::vector<std::uint64_t> seen;
    std::shared_ptr<change_feed> feed = std::make_shared<change_feed>();
    subscription held{feed, [this](std::span<change const> changes) {
                          for (auto const& each : changes) {
                              seen.push_back(each.sequence);
                          }
                      }};
};

TEST_F(ChangeFeed, DeliversInOrderOfSequenceThoughCommitsEndOutOfOrder) {
    auto const first = feed->reserve(2);
    auto const second = feed->reserve(1);
    feed->complete(second, {{second, "b", change::kind::write}});
    EXPECT_THAT(seen, ElementsAre());
    feed->complete(first, {{first, "a", change::kind::write}, {first + 1, "a", change::kind::erase}});
    EXPECT_THAT(seen, ElementsAre(1, 2, 3));
}

TEST_F(ChangeFeed, AFailedCommitHoldsNobodyUp) {
    auto const failed = feed->reserve(1);
    auto const good = feed->reserve(1);
    feed->complete(good, {{good, "b", change::kind::write}});
    feed->complete(failed, {});
    EXPECT_THAT(seen, ElementsAre(good));
}

TEST_F(ChangeFeed, IsSilentAfterTheSubscriptionIsGone) {
    held = {};
    auto const first = feed->reserve(1);
    feed->complete(first, {{first, "a", change::kind::write}});
    EXPECT_THAT(seen, ElementsAre());
}

TEST_F(ChangeFeed, StartsAboveWhatWasSeenBefore) {
    feed->start_after(41);
    EXPECT_EQ(feed->reserve(1), 42U);
    feed->start_after(7);
    EXPECT_EQ(feed->reserve(1), 43U);
}

} // namespace
