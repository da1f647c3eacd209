#include <mkdb/engine/grow_indexes.hpp>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace {

/// What knows whether the partition is locked when the index of a field ends.
struct watch {
    bool locked = false;
    int ended = 0;
    int ended_under_lock = 0;
};

class field {
public:
    explicit field(watch& by) : by_(&by) {}
    field(field const&) = delete;
    field& operator=(field const&) = delete;
    ~field() {
        ++by_->ended;
        by_->ended_under_lock += by_->locked ? 1 : 0;
    }

private:
    watch* by_;
};

struct indexes {
    std::map<std::string, std::unique_ptr<field>> fields;

    void insert(std::uint32_t, boost::json::object const&) {}
    void erase(std::uint32_t, boost::json::object const&) {}
    [[nodiscard]] bool empty() const { return fields.empty(); }
    template <class Wanted>
    [[nodiscard]] indexes split_off(Wanted const& wanted) {
        indexes others;
        for (auto at = fields.begin(); at != fields.end();) {
            auto const each = at++;
            if (!wanted(each->first)) {
                others.fields.insert(fields.extract(each));
            }
        }
        return others;
    }
    void merge(indexes&& others) { fields.merge(others.fields); }
};

/// A partition as `adopt_indexes` sees it.
class partition {
public:
    struct {
        ::indexes indexes;
        mkdb::index::row_set unread;
        mkdb::index::row_set ghosts;
        std::optional<mkdb::engine::growing_indexes<::indexes>> growing;
    } state;
    watch watched;

    template <class Adjust>
    auto adjust(Adjust&& adjust) {
        struct lock {
            explicit lock(bool& of) : locked(&of) { *locked = true; }
            lock(lock const&) = delete;
            lock& operator=(lock const&) = delete;
            ~lock() { *locked = false; }
            bool* locked;
        } const held(watched.locked);
        return adjust(state);
    }

    [[nodiscard]] ::indexes of(std::initializer_list<char const*> names) {
        ::indexes made;
        for (auto const* name : names) {
            made.fields.emplace(name, std::make_unique<field>(watched));
        }
        return made;
    }
};

TEST(AdoptIndexes, EndsTheOldOnesWhenOthersMayGoOn) {
    partition in;
    in.state.indexes = in.of({"kept", "new", "gone"});
    in.state.growing.emplace(in.of({"new", "other"}), mkdb::index::row_set());
    {
        auto const old = mkdb::engine::adopt_indexes(in, [](std::string const& name) { return name == "kept"; });
        EXPECT_EQ(in.watched.ended, 0);
        EXPECT_EQ(old.fields.size(), 2U);
    }
    EXPECT_EQ(in.watched.ended, 2);
    EXPECT_EQ(in.watched.ended_under_lock, 0);
    EXPECT_EQ(in.state.indexes.fields.size(), 3U);
    EXPECT_FALSE(in.state.growing);
}

TEST(AdoptIndexes, EndsWhatIsAbandonedWhenOthersMayGoOn) {
    partition in;
    in.state.indexes = in.of({"a"});
    in.state.growing.emplace(in.of({"a", "b"}), mkdb::index::row_set());
    mkdb::engine::abandon_indexes(in);
    EXPECT_EQ(in.watched.ended, 2);
    EXPECT_EQ(in.watched.ended_under_lock, 0);
    mkdb::engine::abandon_indexes(in);
    EXPECT_EQ(in.watched.ended, 2);
}

} // namespace
