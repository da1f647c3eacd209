#include <mkdb/index/full_text.hpp>
#include <mkdb/text/whitespace.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using mkdb::index::condition;
using mkdb::index::operation;
using mkdb::index::row_set;
using mkdb::text::whitespace;
using index_type = mkdb::index::full_text::instance<whitespace>;
using word_list = std::vector<std::string>;

class FullTextPhrases : public testing::Test {
protected:
    [[nodiscard]] std::string phrase(word_list terms) const {
        return index.lookup({"f", operation::phrase, {}, std::move(terms)}).value().toString();
    }

    whitespace tokenizer;
    index_type index{tokenizer, 1};
};

TEST_F(FullTextPhrases, AreFoundInOrderAndTogether) {
    index.insert(1, "steel bolt and nut");
    index.insert(2, "bolt steel");
    index.insert(3, "steel steel bolt");
    index.insert(4, "steel");
    EXPECT_EQ(phrase({"steel", "bolt"}), "{1,3}");
    EXPECT_EQ(phrase({"bolt", "steel"}), "{2}");
    EXPECT_EQ(phrase({"steel", "steel"}), "{3}");
    EXPECT_EQ(phrase({"steel", "nut"}), "{}");
    EXPECT_EQ(phrase({"steel", "missing"}), "{}");
    EXPECT_EQ(phrase({"nut"}), "{1}");
    EXPECT_EQ(phrase({}), "{1,2,3,4}");
}

TEST_F(FullTextPhrases, DoNotGoFromOneStringToTheNext) {
    index.insert(1, boost::json::array{"steel", "bolt"});
    index.insert(2, boost::json::array{"nut", 7, "a steel bolt"});
    index.insert(3, boost::json::array{boost::json::array{"steel bolt"}});
    EXPECT_EQ(phrase({"steel", "bolt"}), "{2}");
}

TEST_F(FullTextPhrases, MayRepeatAWordMoreOftenThanAByteCounts) {
    std::string often;
    for (int i = 0; i < 300; ++i) {
        often += "x ";
    }
    index.insert(1, boost::json::value(often + "y"));
    index.insert(2, boost::json::value("y " + often));
    EXPECT_EQ(phrase(word_list(300, "x")), "{1,2}");
    EXPECT_EQ(phrase(word_list(301, "x")), "{}");
    EXPECT_EQ(phrase({"x", "y"}), "{1}");
    index.erase(1, boost::json::value(often + "y"));
    EXPECT_EQ(phrase({"y", "x"}), "{2}");
}

/// Texts of few words, which repeat and follow each other often, and what they say of any phrase.
class FullTextModel : public testing::Test {
protected:
    [[nodiscard]] std::string word() {
        auto const rank = random() % 30;
        return "w" + std::to_string(rank * rank / 30 % 30);
    }
    void write_or_erase(std::uint32_t row) {
        if (auto const at = texts.find(row); at != texts.end()) {
            index.erase(row, boost::json::value(joined(at->second)));
            texts.erase(at);
            live.remove(row);
            if (random() % 3 == 0) {
                return;
            }
        }
        word_list made;
        for (auto left = random() % 30; left > 0; --left) {
            made.push_back(word());
        }
        index.insert(row, boost::json::value(joined(made)));
        texts[row] = std::move(made);
        live.add(row);
    }

    [[nodiscard]] static std::string joined(word_list const& all) {
        std::string text;
        for (auto const& each : all) {
            text += each + " ";
        }
        return text;
    }

    void compare(word_list const& asked) const {
        row_set expected;
        for (auto const& [row, text] : texts) {
            if (std::search(text.begin(), text.end(), asked.begin(), asked.end()) != text.end() || asked.empty()) {
                expected.add(row);
            }
        }
        ASSERT_EQ(index.lookup({"f", operation::phrase, {}, asked})->toString(), expected.toString()) << joined(asked);
    }

    [[nodiscard]] std::string saved() const {
        mkdb::byte_writer bytes;
        index.save(bytes);
        return std::move(bytes).take();
    }

    std::uint32_t const seed = std::random_device()();
    std::mt19937 random{seed};
    whitespace tokenizer;
    index_type index{tokenizer, seed};
    std::map<std::uint32_t, word_list> texts;
    row_set live;
};

TEST_F(FullTextModel, EveryPhraseIsFoundWhereItIsThroughChangesAndCheckpoints) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (int step = 0; step < 4000; ++step) {
        write_or_erase(static_cast<std::uint32_t>(random() % 700));
        if (step % 4 == 0) {
            word_list asked;
            for (auto left = random() % 4; left > 0; --left) {
                asked.push_back(word());
            }
            ASSERT_NO_FATAL_FAILURE(compare(asked));
        }
        if (step % 700 == 699) {
            auto const bytes = saved();
            mkdb::byte_reader from(bytes);
            index_type other(tokenizer, random());
            ASSERT_TRUE(other.load(from, live));
            ASSERT_TRUE(from.at_end());
            EXPECT_EQ(other.statistics().entries, index.statistics().entries);
            index = std::move(other);
            ASSERT_EQ(saved(), bytes);
        }
    }
}

TEST_F(FullTextModel, WhatIsLoadedFromChangedBytesAnswersOfLivingRowsOnly) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    for (std::uint32_t row = 0; row < 40; ++row) {
        write_or_erase(row);
    }
    auto const bytes = saved();
    std::size_t loaded = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] = static_cast<char>(random());
        mkdb::byte_reader from(changed);
        index_type other(tokenizer, 1);
        if (!other.load(from, live)) {
            continue;
        }
        ++loaded;
        for (auto const& asked : {word_list{word()}, word_list{word(), word()}, word_list{}}) {
            ASSERT_TRUE(other.lookup({"f", operation::phrase, {}, asked})->isSubset(live));
        }
    }
    EXPECT_LT(loaded, bytes.size() / 2); // positions may change into others
}

} // namespace
