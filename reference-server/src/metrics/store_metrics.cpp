#include "config/reading.hpp"
#include "metrics/store_metrics.hpp"
#include "metrics/timestamp.hpp"

#include <algorithm>

namespace mkdb::server {
namespace {

void remember(std::deque<boost::json::object>& log, boost::json::object entry) {
    log.push_front(std::move(entry));
    if (log.size() > store_metrics::max_log_entries) {
        log.pop_back();
    }
}

boost::json::array copy_of(std::deque<boost::json::object> const& log) {
    return boost::json::array(log.begin(), log.end());
}

boost::json::object const* section_of(boost::json::object const& document, std::string_view store) {
    auto const* const section = section_at(document, "stores").if_contains(store);
    return section == nullptr ? nullptr : section->if_object();
}

} // namespace

// Names come from configured stores only: a made-up one must not cost memory.
std::shared_ptr<store_metrics::counters> store_metrics::of(std::string_view store) {
    if (auto found = find(store)) {
        return found;
    }
    if (section_of(*config_.snapshot(), store) == nullptr) {
        return nullptr;
    }
    std::unique_lock const lock(mutex_);
    auto& made = stores_[std::string(store)];
    if (!made) {
        made = std::make_shared<counters>();
    }
    return made;
}

std::shared_ptr<store_metrics::counters> store_metrics::find(std::string_view store) const {
    std::shared_lock const lock(mutex_);
    auto const found = stores_.find(store);
    return found == stores_.end() ? nullptr : found->second;
}

void store_metrics::note_client(client_table& clients, std::string_view client) const {
    auto found = clients.find(client);
    if (found == clients.end()) {
        if (clients.size() >= max_clients) {
            clients.erase(
                std::ranges::min_element(clients, {}, [](auto const& each) { return each.second.last_seen; }));
        }
        found = clients.emplace(client.substr(0, 128), client_record()).first;
    }
    ++found->second.requests;
    found->second.last_seen = clock_.wall();
}

void store_metrics::note_error(counters& store, service::request_report const& report) const {
    ++store.errors;
    remember(store.error_log, {{"ts", unix_seconds(clock_.wall())},
                               {"action", service::to_string(report.what)},
                               {"client", report.client},
                               {"error", report.failure->message}});
}

void store_metrics::on_request(service::request_report const& report) {
    auto const store = of(report.store);
    if (!store) {
        return;
    }
    std::lock_guard const lock(store->mutex);
    switch (report.what) {
    case service::action::read: ++store->reads; break;
    case service::action::write:
    case service::action::batch: ++store->writes; break;
    case service::action::erase: ++store->deletes; break;
    case service::action::query:
    case service::action::explain: ++store->queries; break;
    default: break;
    }
    store->bytes_in += report.bytes_in;
    store->bytes_out += report.bytes_out;
    ++store->by_plane[report.transport == service::plane::http ? 0 : 1];
    note_client(store->clients, report.client);
    if (report.failure != nullptr) {
        note_error(*store, report);
    }
}

void store_metrics::on_query(service::query_report const& report) {
    auto const document = config_.snapshot();
    auto const* const section = section_of(*document, report.store);
    auto const threshold = section == nullptr ? 0 : integer_at(*section, "slow_query_threshold_ms");
    auto const milliseconds = std::chrono::duration<double, std::milli>(report.duration).count();
    if (threshold == 0 || milliseconds < static_cast<double>(threshold)) {
        return;
    }
    auto const store = of(report.store);
    if (!store) {
        return;
    }
    std::lock_guard const lock(store->mutex);
    ++store->slow_queries;
    remember(store->slow_log, {{"ts", unix_seconds(clock_.wall())},
                               {"duration_ms", milliseconds},
                               {"client", report.client},
                               {"query", report.query}});
}

void store_metrics::on_rate_limited(std::string_view name, std::string_view client) {
    if (auto const store = of(name)) {
        std::lock_guard const lock(store->mutex);
        ++store->rate_limited;
        note_client(store->limited, client);
    }
}

std::string store_metrics::client_id_header(std::string_view store) const {
    auto const document = config_.snapshot();
    auto const* const section = section_of(*document, store);
    return section == nullptr ? std::string() : string_at(*section, "client_id_header");
}

boost::json::array store_metrics::list(client_table const& clients) {
    boost::json::array listed;
    for (auto const& [name, record] : clients) {
        listed.push_back(boost::json::object{
            {"client", name}, {"requests", record.requests}, {"last_seen", unix_seconds(record.last_seen)}});
    }
    return listed;
}

boost::json::object store_metrics::describe(std::string const& name) const {
    static counters const untouched;
    auto const found = find(name);
    auto const& store = found ? *found : untouched;
    auto const document = config_.snapshot();
    auto const* const section = section_of(*document, name);
    std::lock_guard const lock(store.mutex);
    return {{"reads", store.reads},
            {"writes", store.writes},
            {"deletes", store.deletes},
            {"queries", store.queries},
            {"errors", store.errors},
            {"slow_queries", store.slow_queries},
            {"rate_limited", store.rate_limited},
            {"bytes_in", store.bytes_in},
            {"bytes_out", store.bytes_out},
            {"started_at", unix_seconds(std::max(started_at_, store.reset_at))},
            {"transport", boost::json::object{{"http", store.by_plane[0]}, {"socket", store.by_plane[1]}}},
            {"clients", list(store.clients)},
            {"rate_limited_ips", list(store.limited)},
            {"slow_query_log", copy_of(store.slow_log)},
            {"slow_query_threshold_ms", section == nullptr ? 0 : integer_at(*section, "slow_query_threshold_ms")},
            {"error_log", copy_of(store.error_log)}};
}

void store_metrics::reset(std::string const& store) {
    auto fresh = std::make_shared<counters>();
    fresh->reset_at = clock_.wall();
    std::unique_lock const lock(mutex_);
    stores_[store] = std::move(fresh);
}

void store_metrics::forget(std::string const& store) {
    std::unique_lock const lock(mutex_);
    stores_.erase(store);
}

store_metrics::totals store_metrics::sum() const {
    std::shared_lock const lock(mutex_);
    totals all;
    for (auto const& [name, store] : stores_) {
        std::lock_guard const inner(store->mutex);
        all.requests += store->reads + store->writes + store->deletes + store->queries;
        all.errors += store->errors;
        all.bytes_in += store->bytes_in;
        all.bytes_out += store->bytes_out;
    }
    return all;
}

} // namespace mkdb::server
