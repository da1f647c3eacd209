#include "support/bomb.hpp"

#include <mkdb/document/write.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>

/// T47: expressions that keep engines busy for ever that go back over a text, or that take all memory.
namespace {

using namespace mkdb::test;

constexpr std::string_view expressions[] = {
    // Repetitions of repetitions.
    "(a+)+$", "(a*)*$", "(a|a)*$", "(a|aa)+$", "(a+a+)+$", "(a?a?)*$", "((a+)+)+$", "(((a*)*)*)*$", "(a+)*b", "(a*)+b",
    "^(a+)+$", "^(a|a?)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}", "(.*)*$", "(.+)+x", "(x+x+)+y",
    "([a-z]+)*[0-9]", "([a-zA-Z]+)*$", "(a|b|ab)*c", "(ab|a|b)*c$", "((ab)*)*c", "(.|a)+$", "(a|.)*!b", "([^b]+)*b",
    "(a{1,30}){1,30}$",
    // Parts that overlap.
    "a*a*a*a*a*a*a*a*a*a*b", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaab", ".*.*.*.*.*.*.*.*=.*",
    "\\s+$", "\\s*\\s*\\s*b", "\\w+\\w+\\w+\\w+@", "^(\\w+\\s?)*$", "(\\w*)*@", "[a-z]+[a-z]+[a-z]+[0-9]$",
    // Validators of the field.
    "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    "^[\\w\\.]+@([\\w]+\\.)+[\\w]{2,4}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^\\d*[0-9](|.\\d*[0-9]|,\\d*[0-9])?$",
    "(https?://)?([\\da-z.-]+)\\.([a-z.]{2,6})([/\\w .-]*)*/?$", "^(.*?,){11}P", "<(.*)>.*</(.*)>",
    "^((\\d+,?)*|\\w+)*;$", "(\\/\\*(.|\\n)*\\*\\/)+", "^(?:(?:\\w+)\\s?)+,$", "([0-9]+)*([a-z]+)*([A-Z]+)*-",
    // Many states of an automaton that knows all at once.
    "(a|b)*a(a|b){12}$", "[ab]*a[ab]{15}c", "(.*)a(.{14})b", "a.{18}a.{3}b", "(x|y|a)*a.{16}!$", "(?i)(a|b)*a.{20}z",
    // Characters of all kinds.
    "\\pL+\\pN*\\pL+!!", "(?i)[^\\PLz]+\\d$", "(\\p{Greek}|\\p{Latin})*\\p{Han}", "\\X*"};

struct refused {
    std::string expression;
    std::string message;
};

refused const refusals[] = {
    {"a{1000}{1000}", "bad repetition operator: [*][*]|invalid repetition size|bad repetition"},
    {"((a{100}){100}){100}", "invalid repetition size: "},
    {"(a{1000}b{1000}){2}", "invalid repetition size: |steps, more than 1000|too large"},
    {"a{1001}", "invalid repetition size: .1001"},
    {"(a|b|c|d|e){900}x", "steps, more than 1000|too large"},
    {"\\pL{200}", "steps, more than 1000|too large"},
    {"(?i)\\w{900}\\pL{90}", "steps, more than 1000|too large"},
    {"(a)\\1", "invalid escape sequence: .1"},
    {"(?=a)*b", "invalid perl operator: "},
    {"(?<!a)b", "invalid perl operator: |invalid named capture"},
    {"(?>a+)b", "invalid perl operator: "},
    {std::string(450, '(') + "a" + std::string(450, ')') + "{2}{3}", "bad repetition operator"},
    {std::string(900, '('), "missing \\)"},
    {std::string(900, '['), "missing \\]"},
    {std::string(900, '*'), "no argument for repetition operator|bad repetition operator"},
};

class RegexBombs : public testing::Test {
protected:
    RegexBombs() : store_(database_.create("s")) {
        constexpr std::size_t kibi = 1024;
        write("repeated", std::string(512 * kibi, 'a') + "!");
        write("mixed", repeated("abaabbbab", 50 * kibi, ""));
        write("random", random_letters(256 * kibi) + "b");
        write("spaces", std::string(256 * kibi, ' ') + "x");
        write("address", repeated("a.b-c_d", 30 * kibi, "") + "@");
        for (std::size_t i = 0; i < 100; ++i) {
            write("short" + std::to_string(i), std::string(i, 'a') + "!");
        }
    }

    [[nodiscard]] static std::string random_letters(std::size_t count) {
        std::mt19937 random(47);
        std::string made;
        while (made.size() < count) {
            made += random() % 2 == 0 ? 'a' : 'b';
        }
        return made;
    }

    void write(std::string const& id, std::string const& text) {
        ASSERT_TRUE(store_->write({.id = id, .delta = {{"text", text}}}));
    }

    [[nodiscard]] static std::string filter(std::string_view expression) {
        return R"({"text":{"regex":)" + mkdb::document::to_json(boost::json::value(expression)) + "}}";
    }

    memory_database database_;
    std::shared_ptr<memory_database::store> store_;
};

TEST_F(RegexBombs, AreAnsweredInTime) {
    static_assert(std::size(expressions) >= 50);
    for (auto const expression : expressions) {
        bomb const each{std::string(expression), filter(expression), ""};
        auto const answer = defused(*store_, each);
        EXPECT_TRUE(answer || answer.error().message.find("steps, more than 1000") != std::string::npos ||
                    answer.error().message.find("not a regular expression") != std::string::npos)
            << expression << ": " << answer.error().message;
    }
}

TEST_F(RegexBombs, AreAnsweredRightly) {
    auto const matches = [&](std::string_view expression) {
        return store_->query(store_->parse_query(object(filter(expression))).value()).value().total_matches;
    };
    EXPECT_EQ(matches("(a+)+$"), 0U);
    EXPECT_EQ(matches("^(a+)+!$"), 100U); // All but the short one of no a at all, and the long one.
    EXPECT_EQ(matches("(a*)*!$"), 101U);
    EXPECT_EQ(matches("(a{1,5}){3,30}!$"), 98U);
    EXPECT_EQ(matches("(\\w*)*@$"), 1U);
}

TEST_F(RegexBombs, AreRefusedWhenTheirProgramsAreLarge) {
    for (auto const& each : refusals) {
        expect_defused(*store_, {each.expression.substr(0, 40), filter(each.expression),
                                 "^Query syntax error: field 'text': operator 'regex': not a regular expression: "});
        auto const parsed = store_->parse_query(object(filter(each.expression)));
        ASSERT_FALSE(parsed) << each.expression;
        EXPECT_THAT(parsed.error().message, testing::ContainsRegex(each.message)) << each.expression.substr(0, 40);
    }
}

TEST_F(RegexBombs, AreStoppedWhenThereAreMany) {
    std::string const parts = repeated(filter("[ab]*a[ab]{15}c"), 16);
    auto const answer = defused(*store_, {"sixteen", R"({"$or":[)" + parts + "]}", "Query cancelled"});
    EXPECT_TRUE(answer || answer.error().code == mkdb::errc::cancelled);
}

} // namespace
