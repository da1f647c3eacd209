#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/document/parse.hpp>
#include <mkdb/document/project.hpp>
#include <mkdb/document/write.hpp>
#include <mkdb/engine/hit_list.hpp>
#include <mkdb/engine/query_page.hpp>
#include <mkdb/engine/query_watch.hpp>
#include <mkdb/query/cursor.hpp>
#include <mkdb/query/highlight.hpp>
#include <mkdb/query/match.hpp>
#include <mkdb/query/request.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace mkdb::engine {

/// Makes the page of what a query has found: ids, and as it asked for them records, scores and highlights.
template <class Partitions, class Clock, class Tokenizer>
class page_maker {
public:
    /// All arguments must outlive this.
    page_maker(Partitions const& partitions, query::request const& request, Tokenizer const& tokenizer, bool nested,
               query_watch<Clock>& watch)
        : partitions_(&partitions), request_(&request), tokenizer_(&tokenizer), nested_(nested), watch_(&watch) {}

    /// Errors: of the watch, and of reading.
    [[nodiscard]] result<> fill(hit_list& found, query_page& answer) {
        if (request_->search && !request_->count_only) {
            answer.scores.emplace();
        }
        if (highlights()) {
            answer.highlights.emplace();
        }
        auto& hits = found.page();
        if (found.more_follow() && !hits.empty() && !request_->search) {
            answer.next_cursor = query::to_cursor(hits.back().at, request_->sort);
        }
        answer.ids.reserve(hits.size());
        for (auto& hit : hits) {
            MKDB_TRY(add(hit, answer));
        }
        return {};
    }

private:
    [[nodiscard]] bool highlights() const noexcept {
        return request_->search && request_->search->highlight && !request_->count_only;
    }

    [[nodiscard]] result<> add(query_hit& hit, query_page& answer) {
        if (request_->hydrate || highlights()) {
            MKDB_TRY_ASSIGN(auto found, current(hit));
            MKDB_TRY(watch_->spend(found ? found->json.size() : 0));
            if (!found) {
                return {};
            }
            MKDB_TRY(show(std::move(*found), answer));
        }
        if (request_->search) {
            answer.scores->push_back(hit.at.score);
        }
        answer.ids.push_back(std::move(hit.at.id));
        return {};
    }

    /// The hit's record; none when it went, or changed so that it no longer matches, since it was selected.
    [[nodiscard]] result<std::optional<record>> current(query_hit const& hit) const {
        MKDB_TRY_ASSIGN(auto found, (*partitions_)[hit.partition]->read_row(hit.row));
        if (found && found->revision != hit.revision) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found->json));
            if (!query::matches(request_->where, found->id, fields, nested_, *tokenizer_)) {
                return std::optional<record>{};
            }
        }
        return found;
    }

    [[nodiscard]] result<> show(record found, query_page& answer) {
        bool const projects = request_->hydrate && request_->fields;
        if (highlights() || projects) {
            MKDB_TRY_ASSIGN(auto const fields, document::parse_object(found.json));
            if (highlights()) {
                MKDB_TRY(show_places(fields, *answer.highlights));
            }
            if (projects) {
                found.json = document::to_json(document::project(fields, *request_->fields, nested_));
            }
        }
        if (request_->hydrate) {
            answer.records.push_back(std::move(found));
        }
        return {};
    }

    /// A place takes some hundred times what the word does.
    [[nodiscard]] result<> show_places(boost::json::object const& fields, boost::json::array& shown) {
        auto places = query::highlights_of(fields, *request_->search, nested_, *tokenizer_);
        places_ += query::count_places(places);
        if (places_ > most_places) {
            return fail(errc::limit_exceeded, "The highlights of this page are more than " +
                                                  std::to_string(most_places) + " places: ask for fewer records");
        }
        shown.emplace_back(std::move(places));
        return {};
    }

    static constexpr std::size_t most_places = 100000; ///< Of a page.

    Partitions const* partitions_;
    query::request const* request_;
    Tokenizer const* tokenizer_;
    bool nested_;
    query_watch<Clock>* watch_;
    std::size_t places_ = 0;
};

} // namespace mkdb::engine
