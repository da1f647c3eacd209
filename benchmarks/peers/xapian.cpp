#include "program.hpp"

#include <xapian.h>

#include <string>

namespace {

using namespace mkdb::bench::peers;

constexpr Xapian::valueno price_slot = 0;

/// `X` begins terms that are no words of a text.
[[nodiscard]] std::string category_term(std::string const& category) {
    return "XC" + category;
}

[[nodiscard]] std::string price_value(std::int64_t price) {
    return Xapian::sortable_serialise(static_cast<double>(price));
}

class xapian_loader {
public:
    xapian_loader(std::filesystem::path const& directory, corpus const&)
        : database_(directory, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC) {}

    void add(std::span<document const> block) {
        for (auto const& each : block) {
            Xapian::Document made;
            terms_.set_document(made);
            terms_.index_text(each.body);
            made.add_boolean_term(category_term(each.category));
            made.add_value(price_slot, price_value(each.price));
            made.set_data(each.body);
            database_.add_document(made);
        }
    }

    void finish() { database_.commit(); }

    /// Xapian cannot leave documents and build one kind of index anew.
    [[nodiscard]] boost::json::object index_rates(std::uint64_t) { return {}; }

    void close() { database_.close(); }

private:
    Xapian::WritableDatabase database_;
    Xapian::TermGenerator terms_;
};

struct xapian_request {
    question const* asked = nullptr;
    Xapian::Query query;
};

class xapian_engine {
public:
    using loader = xapian_loader;
    static constexpr std::string_view name = "xapian";

    [[nodiscard]] static std::string version() { return Xapian::version_string(); }
    [[nodiscard]] static bool supports(question const&) { return true; }

    explicit xapian_engine(std::filesystem::path const& directory) : database_(directory), enquire_(database_) {}

    [[nodiscard]] xapian_request prepare(question const& asked) const { return {&asked, query_of(asked)}; }

    /// An exact total needs every match to be checked; the best ten do not.
    [[nodiscard]] answer run(xapian_request const& request) {
        auto const& asked = *request.asked;
        auto const all = database_.get_doccount();
        auto const limit = asked.limit == 0 ? all : static_cast<Xapian::doccount>(asked.limit);
        enquire_.set_query(request.query);
        put_in_order(asked.order);
        auto const matches =
            enquire_.get_mset(0, asked.count_only ? 0 : limit, asked.order == row_order::score ? 0 : all);
        answer found{.total = matches.get_matches_estimated()};
        for (auto each = matches.begin(); each != matches.end(); ++each) {
            found.numbers.push_back(*each - 1);
        }
        return found;
    }

    [[nodiscard]] static answer read(answer found) { return found; }

private:
    [[nodiscard]] static Xapian::Query query_of(question const& asked) {
        auto query = Xapian::Query::MatchAll;
        if (!asked.words.empty()) {
            query = Xapian::Query(operator_of(asked.rule), asked.words.begin(), asked.words.end());
        }
        if (asked.category) {
            query = both(query, Xapian::Query(category_term(*asked.category)));
        }
        if (asked.price) {
            query = both(query, Xapian::Query(Xapian::Query::OP_VALUE_RANGE, price_slot, price_value(asked.price->from),
                                              price_value(asked.price->to)));
        }
        return query;
    }

    [[nodiscard]] static Xapian::Query::op operator_of(word_rule rule) {
        switch (rule) {
        case word_rule::all_occur: return Xapian::Query::OP_AND;
        case word_rule::follow_each_other: return Xapian::Query::OP_PHRASE;
        case word_rule::any_occur: break;
        }
        return Xapian::Query::OP_OR;
    }

    /// Not even the optimizer knows that everything and something is something.
    [[nodiscard]] static Xapian::Query both(Xapian::Query const& first, Xapian::Query const& second) {
        return first.get_type() == Xapian::Query::LEAF_MATCH_ALL
                   ? second
                   : Xapian::Query(Xapian::Query::OP_FILTER, first, second);
    }

    void put_in_order(row_order by) {
        if (by == row_order::score) {
            enquire_.set_weighting_scheme(Xapian::BM25Weight());
        } else {
            enquire_.set_weighting_scheme(Xapian::BoolWeight());
        }
        if (by == row_order::price_ascending || by == row_order::price_descending) {
            enquire_.set_sort_by_value(price_slot, by == row_order::price_descending);
        } else {
            enquire_.set_sort_by_relevance();
        }
    }

    Xapian::Database database_;
    Xapian::Enquire enquire_;
};

} // namespace

int main(int count, char** arguments) {
    return run<xapian_engine>(count, arguments);
}
