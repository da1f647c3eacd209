#include "pymkdb/plan.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

using namespace mkdb::pymkdb;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

using lines = std::vector<std::string>;

/// The files of a store called `s`, as text.
struct files {
    lines index;
    std::vector<lines> segments;
    bool has_index = true;
    std::uint32_t first_segment = 1;
};

sightings look_at(files const& given) {
    sightings seen("s");
    if (given.has_index) {
        for (std::size_t i = 0; i < given.index.size(); ++i) {
            seen.add_index_line(i + 1, given.index[i]);
        }
    } else {
        seen.miss_index();
    }
    auto number = given.first_segment;
    for (auto const& segment : given.segments) {
        std::uint64_t bytes = 0;
        for (auto const& line : segment) {
            bytes += line.size() + 1;
        }
        seen.begin_segment(number, bytes);
        std::uint64_t offset = 0;
        for (std::size_t i = 0; i < segment.size(); ++i) {
            seen.add_log_line(number, i + 1, offset, segment[i].size() + 1, segment[i]);
            offset += segment[i].size() + 1;
        }
        ++number;
    }
    return seen;
}

/// As `id@segment+offset` or `id@blobs/id.dat`.
lines taken(migration_plan const& plan) {
    lines all;
    for (auto const& [id, where] : plan.records) {
        all.push_back(
            id + "@" +
            (where.is_blob() ? where.blob : std::to_string(where.segment) + "+" + std::to_string(where.offset)));
    }
    return all;
}

/// As `kind file:line id: reason`.
lines told(migration_plan const& plan) {
    lines all;
    for (auto const& each : plan.findings) {
        all.push_back(std::string(to_string(each.kind)) + " " + each.file + ":" + std::to_string(each.line) + " " +
                      each.id + ": " + each.reason);
    }
    return all;
}

migration_plan plan_of(files const& given, plan_options options = {}) {
    return make_plan(look_at(given), options);
}

} // namespace

TEST(PymkdbPlan, TakesWhatIndexAndLogAgreeAbout) {
    EXPECT_THAT(taken(plan_of({{"a:001:0:10", "b:001:10:10", "c:002:0:10"},
                               {{R"(a {"n":1})", R"(b {"n":2})"}, {R"(c {"n":3})"}}})),
                ElementsAre("a@1+0", "b@1+10", "c@2+0"));
    EXPECT_THAT(told(plan_of({{"a:001:0:10"}, {{R"(a {"n":1})"}}})), IsEmpty());
}

TEST(PymkdbPlan, TakesTheLastVersionOfAReplacedRecordAndNoneOfADeletedOne) {
    auto const plan = plan_of({{"a:001:0:10", "b:001:10:10", "a:001:20:10", "!b:001:10:10"},
                               {{R"(a {"n":1})", R"(b {"n":2})", R"(a {"n":3})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+20"));
    EXPECT_THAT(told(plan), IsEmpty());
    EXPECT_EQ(plan.deleted, 1U);
}

TEST(PymkdbPlan, TakesARecordThatWasMadeAnewAfterItsDeletion) {
    auto const plan = plan_of({{"a:001:0:10", "!a:001:0:10", "a:001:10:10"}, {{R"(a {"n":1})", R"(a {"n":2})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+10"));
    EXPECT_EQ(plan.deleted, 0U);
}

TEST(PymkdbPlan, KeepsARecordDeletedThoughTheLogGoesOnAndSaysSo) {
    auto const plan = plan_of({{"a:001:0:10", "!a:001:0:10"}, {{R"(a {"n":1})", R"(a {"n":2})"}}});
    EXPECT_THAT(taken(plan), IsEmpty());
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("left s_001.log:2 a: the index says in line 2")));
}

TEST(PymkdbPlan, FollowsTheLogWhenTheIndexIsBehindIt) {
    auto const plan = plan_of({{"a:001:0:10"}, {{R"(a {"n":1})"}, {R"(a {"n":2})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@2+0"));
    EXPECT_THAT(told(plan),
                ElementsAre(testing::AllOf(HasSubstr("resolved s.idx:1 a:"), HasSubstr("s_002.log line 1, offset 0"))));
}

TEST(PymkdbPlan, RefusesARecordWhoseNewestVersionIsDamagedAndNamesAnOlderOne) {
    auto const plan =
        plan_of({{"a:001:0:10", "a:001:10:8", "b:001:18:10"}, {{R"(a {"n":1})", R"(a {"n":)", R"(b {"n":3})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("b@1+18"));
    EXPECT_THAT(told(plan),
                ElementsAre(testing::AllOf(HasSubstr("refused s_001.log:2 a: the line is damaged: JSON ends too early"),
                                           HasSubstr("an older version is in s_001.log line 1, offset 0"))));
}

TEST(PymkdbPlan, RefusesWhatTheIndexPromisesAndTheLogHasLost) {
    auto const missing = plan_of({{"a:001:0:10", "a:002:0:10"}, {{R"(a {"n":1})"}}});
    EXPECT_THAT(taken(missing), IsEmpty());
    EXPECT_THAT(told(missing),
                ElementsAre(testing::AllOf(HasSubstr("refused s.idx:2 a: s_002.log is missing"),
                                           HasSubstr("an older version is in s_001.log line 1, offset 0"))));
    auto const cut = plan_of({{"a:001:50:10"}, {{R"(b {"n":1})"}}});
    EXPECT_THAT(taken(cut), IsEmpty());
    EXPECT_THAT(told(cut), testing::Contains(HasSubstr(
                               "refused s.idx:1 a: the entry names s_001.log offset 50, and the file ends at 10")));
}

TEST(PymkdbPlan, FindsARecordThatLiesElsewhereThanTheIndexSays) {
    auto const plan = plan_of({{"a:001:3:10", "b:001:0:10"}, {{R"(a {"n":1})", R"(b {"n":2})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0", "b@1+10"));
    EXPECT_THAT(told(plan),
                ElementsAre(HasSubstr("resolved s.idx:1 a: the entry names s_001.log offset 3, where no line begins"),
                            testing::AllOf(HasSubstr("resolved s.idx:2 b:"), HasSubstr("the log goes on"))));
}

TEST(PymkdbPlan, SaysWhenTheIndexHasAnotherSizeOfAWholeLine) {
    auto const plan = plan_of({{"a:001:0:7"}, {{R"(a {"n":1})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0"));
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("resolved s.idx:1 a: the entry says 7 bytes")));
}

TEST(PymkdbPlan, LeavesWhatOnlyTheLogHasUnlessAsked) {
    files const given{{"a:001:0:10"}, {{R"(a {"n":1})", R"(b {"n":2})"}}};
    auto const plan = plan_of(given);
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0"));
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("left s_001.log:2 b: not in the index")));
    EXPECT_EQ(plan.unindexed, 1U);
    EXPECT_THAT(taken(plan_of(given, {.take_unindexed = true})), ElementsAre("a@1+0", "b@1+10"));
}

TEST(PymkdbPlan, ReadsTheIdOfACutIndexLineAndRefusesOneThatShowsNone) {
    auto const plan =
        plan_of({{"a:001:0", "!b:0", "c:001:20:10", "c:00", "ab"}, {{R"(a {"n":1})", R"(b {"n":2})", R"(c {"n":3})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0", "c@1+20"));
    EXPECT_THAT(told(plan), testing::UnorderedElementsAre(
                                HasSubstr("resolved s.idx:1 a:"), HasSubstr("left s.idx:2 b:"),
                                HasSubstr("resolved s.idx:4 c:"), HasSubstr("refused s.idx:5 : the line is damaged")));
    EXPECT_EQ(plan.deleted, 1U);
}

TEST(PymkdbPlan, TellsADamagedLineThatNobodyNeeds) {
    auto const plan = plan_of({{"a:001:0:10"}, {{R"(a {"n":1})", R"(a {"n":2)", "\xFF\xFE"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0"));
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("left s_001.log:2 a: the line is damaged: JSON ends too early"),
                                        HasSubstr("left s_001.log:3 : the line is damaged: not an id")));
}

TEST(PymkdbPlan, TakesEveryIdOfTheLogWithoutAnIndexButNoneThatMayHaveANewerVersion) {
    auto const plan =
        plan_of({{}, {{R"(a {"n":1})", R"(b {"n":2})", R"(b {"n":)", R"(c {"n":)", R"(c {"n":3})"}}, false});
    EXPECT_THAT(taken(plan), ElementsAre("a@1+0", "c@1+36"));
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("refused s_001.log:3 b:"), HasSubstr("left s_001.log:4 c:")));
}

TEST(PymkdbPlan, TakesABlobThatTheIndexNamesWhateverTheLogHas) {
    auto const plan = plan_of({{"a:001:0:10", "a:blobs/a.dat:0:99"}, {{R"(a {"n":1})"}}});
    EXPECT_THAT(taken(plan), ElementsAre("a@blobs/a.dat"));
}

TEST(PymkdbPlan, RefusesAnIdThatNoRecordMayHave) {
    std::string const id(300, 'x');
    auto const line = id + R"( {"n":1})";
    auto const plan = plan_of({{id + ":001:0:" + std::to_string(line.size() + 1)}, {{line}}});
    EXPECT_THAT(taken(plan), IsEmpty());
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("at most 256 bytes")));
}

TEST(PymkdbPlan, CountsAnIdWithAnExclamationMarkAsDeletedAsPymkdbDoes) {
    auto const plan = plan_of({{"!a:001:0:11"}, {{R"(!a {"n":1})"}}});
    EXPECT_THAT(taken(plan), IsEmpty());
    EXPECT_THAT(told(plan), ElementsAre(HasSubstr("left s_001.log:1 !a: not in the index")));
}
