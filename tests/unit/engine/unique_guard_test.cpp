#include <mkdb/document/parse.hpp>
#include <mkdb/engine/staging.hpp>
#include <mkdb/engine/unique_guard.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace {

using mkdb::change;
using mkdb::errc;
using mkdb::engine::base_state;
using mkdb::engine::operation;
using mkdb::engine::unique_field;
using mkdb::engine::unique_guard;
using mkdb::engine::unique_values;

/// Groups of writes over the records of a store that are visible, as far as they tell what is unique.
class UniqueGuard : public testing::Test {
protected:
    using read_base = std::function<mkdb::result<std::optional<base_state>>(std::string_view)>;

    std::map<std::string, boost::json::object, std::less<>> visible;
    bool damaged = false; ///< All that is visible.
    unique_values kept{{{"mail", false}, {"phone", false}},
                       std::make_shared<mkdb::engine::value_claims>(),
                       [this](unique_field const& field, boost::json::value const& value,
                              unique_values::id_test const& passed_over) -> mkdb::result<std::optional<std::string>> {
                           for (auto const& [id, fields] : visible) {
                               auto const* held = field.find_in(fields);
                               if (held != nullptr && *held == value && !passed_over(id)) {
                                   return std::optional(id);
                               }
                           }
                           return std::optional<std::string>();
                       }};

    struct group {
        explicit group(UniqueGuard& test)
            : guard(test.kept), work([&test](std::string_view id) { return test.base_of(id); }, false, 100, 7, &guard) {
        }

        /// The error's text; empty for none.
        std::string write(std::string const& id, std::string_view json) {
            return told(change::kind::write, id, mkdb::document::parse_object(json).value());
        }
        std::string erase(std::string const& id) { return told(change::kind::erase, id, {}); }

        [[nodiscard]] bool frees() { return guard.frees_a_value(work.versions()); }

        unique_guard guard;
        mkdb::engine::staging<read_base> work;

    private:
        std::string told(change::kind what, std::string const& id, boost::json::object delta) {
            operation op;
            op.what = what;
            op.id = id;
            op.delta = std::move(delta);
            auto const done = work.apply(op);
            return done ? "" : done.error().message;
        }
    };

    void show(std::string const& id, std::string_view json) {
        visible[id] = mkdb::document::parse_object(json).value();
    }

    mkdb::result<std::optional<base_state>> base_of(std::string_view id) const {
        auto const at = visible.find(id);
        if (at == visible.end()) {
            return std::optional<base_state>();
        }
        return std::optional(base_state{0, 1, 1, at->second, damaged});
    }

    static std::string taken(std::string const& id, std::string const& field, std::string const& value,
                             std::string const& by) {
        return "Record '" + id + "': field '" + field + "': " + value + " is taken by record '" + by + "'";
    }
};

TEST_F(UniqueGuard, GivesAValueToOneRecord) {
    show("old", R"({"mail":"o"})");
    group writes(*this);
    EXPECT_EQ(writes.write("a", R"({"mail":"m"})"), "");
    EXPECT_EQ(writes.write("b", R"({"mail":"m"})"), taken("b", "mail", R"("m")", "a"));
    EXPECT_EQ(writes.write("b", R"({"mail":"o"})"), taken("b", "mail", R"("o")", "old"));
    EXPECT_EQ(writes.write("b", R"({"phone":"m"})"), "") << "another field";
    EXPECT_EQ(writes.write("old", R"({"mail":"o","n":1})"), "") << "it has it";
}

TEST_F(UniqueGuard, ComparesAsEqDoes) {
    group writes(*this);
    EXPECT_EQ(writes.write("a", R"({"mail":3})"), "");
    EXPECT_EQ(writes.write("a", R"({"mail":3.0})"), "");
    EXPECT_EQ(writes.write("b", R"({"mail":3.0})"), taken("b", "mail", "3.0", "a"));
    EXPECT_EQ(writes.write("b", R"({"mail":"3"})"), "");
    EXPECT_EQ(writes.write("c", R"({"mail":1})"), "");
    EXPECT_EQ(writes.write("d", R"({"mail":true})"), "");
    EXPECT_EQ(writes.write("e", R"({"mail":"Ada"})"), "");
    EXPECT_EQ(writes.write("f", R"({"mail":"ada"})"), "");
    EXPECT_EQ(writes.write("g", R"({"mail":9007199254740992})"), "");
    EXPECT_EQ(writes.write("h", R"({"mail":9007199254740993})"), "");
}

TEST_F(UniqueGuard, LetsManyHoldNothing) {
    group writes(*this);
    for (auto const* id : {"a", "b"}) {
        EXPECT_EQ(writes.write(id, "{}"), "");
        EXPECT_EQ(writes.write(id, R"({"mail":null})"), "");
    }
}

TEST_F(UniqueGuard, RefusesWhatIsNoScalar) {
    group writes(*this);
    EXPECT_EQ(writes.write("a", R"({"mail":["x"]})"),
              "Record 'a': field 'mail' is unique: expected a string, a number, true or false, found a list");
    EXPECT_EQ(writes.write("a", R"({"mail":{}})"),
              "Record 'a': field 'mail' is unique: expected a string, a number, true or false, found an empty object");
    show("older", R"({"mail":["x"]})");
    EXPECT_EQ(writes.write("a", R"({"mail":"x"})"), "") << "a list holds nothing";
    EXPECT_NE(writes.write("older", R"({"n":1})"), "") << "what a write leaves must be right";
}

TEST_F(UniqueGuard, ShortensLongValues) {
    group writes(*this);
    auto const json = R"({"mail":")" + std::string(5000, 'x') + "\"}";
    EXPECT_EQ(writes.write("a", json), "");
    EXPECT_EQ(writes.write("b", json), taken("b", "mail", '"' + std::string(60, 'x') + "…\"", "a"));
}

TEST_F(UniqueGuard, MeetsTheClaimsOfOtherGroupsUntilTheyEnd) {
    group mine(*this);
    {
        group other(*this);
        EXPECT_EQ(other.write("a", R"({"mail":"m"})"), "");
        EXPECT_EQ(mine.write("b", R"({"mail":"m"})"), taken("b", "mail", R"("m")", "a"));
    }
    EXPECT_EQ(mine.write("b", R"({"mail":"m"})"), "") << "the other group was refused: nothing of it is visible";
}

TEST_F(UniqueGuard, PassesAValueOnWithinAGroup) {
    show("a", R"({"mail":"m"})");
    group writes(*this);
    EXPECT_EQ(writes.write("b", R"({"mail":"m"})"), taken("b", "mail", R"("m")", "a"));
    EXPECT_EQ(writes.write("a", R"({"mail":"n"})"), "");
    EXPECT_EQ(writes.write("b", R"({"mail":"m"})"), "");
    EXPECT_EQ(writes.write("a", R"({"mail":"m"})"), taken("a", "mail", R"("m")", "b"));
    EXPECT_EQ(writes.erase("b"), "");
    EXPECT_EQ(writes.write("a", R"({"mail":"m"})"), "");
    EXPECT_EQ(writes.write("c", R"({"mail":"n"})"), "") << "a never came to have it";
    EXPECT_EQ(writes.erase("a"), "");
    EXPECT_EQ(writes.write("d", R"({"mail":"m"})"), "");
}

TEST_F(UniqueGuard, DoesNotPassOnToOtherGroupsWhatIsNotVisiblyFree) {
    show("a", R"({"mail":"m"})");
    group mine(*this);
    group other(*this);
    EXPECT_EQ(mine.write("a", R"({"mail":"n"})"), "");
    EXPECT_EQ(other.write("b", R"({"mail":"m"})"), taken("b", "mail", R"("m")", "a"));
    EXPECT_EQ(other.write("b", R"({"mail":"n"})"), taken("b", "mail", R"("n")", "a"));
}

TEST_F(UniqueGuard, ARefusedWriteClaimsNothing) {
    show("a", R"({"phone":"1"})");
    group mine(*this);
    group other(*this);
    EXPECT_EQ(mine.write("b", R"({"mail":"m","phone":"1"})"), taken("b", "phone", "\"1\"", "a"));
    EXPECT_EQ(other.write("c", R"({"mail":"m"})"), "");
    EXPECT_EQ(mine.write("d", R"({"mail":"d"})"), "");
    EXPECT_EQ(mine.write("d", R"({"mail":"e","phone":"1"})"), taken("d", "phone", "\"1\"", "a"));
    EXPECT_EQ(other.write("f", R"({"mail":"d"})"), taken("f", "mail", "\"d\"", "d")) << "d has it still";
    EXPECT_EQ(other.write("f", R"({"mail":"e"})"), "");
}

TEST_F(UniqueGuard, KnowsWhichGroupsFreeAValue) {
    show("a", R"({"mail":"m"})");
    show("b", R"({"n":1})");
    auto const frees = [&](std::string const& id, std::initializer_list<std::string_view> deltas) {
        group writes(*this);
        for (auto const delta : deltas) {
            EXPECT_EQ(delta.empty() ? writes.erase(id) : writes.write(id, delta), "");
        }
        return writes.frees();
    };
    EXPECT_TRUE(frees("a", {R"({"mail":"n"})"}));
    EXPECT_TRUE(frees("a", {R"({"mail":null})"}));
    EXPECT_TRUE(frees("a", {""}));
    EXPECT_TRUE(frees("a", {"", R"({"mail":"n"})"}));
    EXPECT_FALSE(frees("a", {R"({"n":2})"}));
    EXPECT_FALSE(frees("a", {R"({"mail":"n"})", R"({"mail":"m"})"})) << "what was between, nobody saw";
    EXPECT_FALSE(frees("b", {R"({"mail":"x"})"}));
    EXPECT_FALSE(frees("b", {""}));
    EXPECT_FALSE(frees("new", {R"({"mail":"x"})", ""}));
    damaged = true;
    EXPECT_TRUE(frees("b", {""})) << "nobody knows what it held";
}

TEST_F(UniqueGuard, KeepsClaimsOfAGroupWhoseEndIsUnknown) {
    {
        group lost(*this);
        EXPECT_EQ(lost.write("a", R"({"mail":"m"})"), "");
        lost.guard.keep_claims();
    }
    group later(*this);
    EXPECT_EQ(later.write("b", R"({"mail":"m"})"), taken("b", "mail", R"("m")", "a"));
}

TEST_F(UniqueGuard, KeepsFieldsApartWhateverTheirNames) {
    kept.fields = {{"a", false}, {"as", false}, {"a.b", false}, {"a.b", true}};
    group writes(*this);
    EXPECT_EQ(writes.write("1", R"({"a":"sx"})"), "");
    EXPECT_EQ(writes.write("2", R"({"as":"x"})"), "");
    EXPECT_EQ(writes.write("3", R"({"a.b":"x"})"), "") << "both as a name and as a path";
    EXPECT_EQ(writes.write("4", R"({"a.b":"x"})"), taken("4", "a.b", R"("x")", "3"));
}

} // namespace
