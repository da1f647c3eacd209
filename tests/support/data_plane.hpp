#pragma once

#include <mkdb/protocol/data_routes.hpp>
#include <mkdb/service/data_service.hpp>

#include "support/fake_access.hpp"
#include "support/fake_database.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace mkdb::testing {

/// Remembers what was measured.
class recording_metrics final : public service::metrics_sink {
public:
    struct row {
        service::plane transport;
        service::action what;
        std::string store;
        std::string client;
        std::size_t bytes_in;
        std::size_t bytes_out;
        std::string failure;
    };

    void on_request(service::request_report const& report) override {
        std::lock_guard const lock(mutex_);
        requests_.push_back({report.transport, report.what, std::string(report.store), std::string(report.client),
                             report.bytes_in, report.bytes_out,
                             report.failure == nullptr ? "" : report.failure->message});
    }
    void on_query(service::query_report const& report) override {
        std::lock_guard const lock(mutex_);
        queries_.push_back(document::to_json(report.query));
    }
    void on_rate_limited(std::string_view store, std::string_view /*client*/) override {
        std::lock_guard const lock(mutex_);
        limited_.emplace_back(store);
    }
    [[nodiscard]] std::string client_id_header(std::string_view /*store*/) const override { return "X-Client"; }

    [[nodiscard]] std::vector<row> requests() const {
        std::lock_guard const lock(mutex_);
        return requests_;
    }
    [[nodiscard]] std::vector<std::string> queries() const {
        std::lock_guard const lock(mutex_);
        return queries_;
    }
    [[nodiscard]] std::vector<std::string> limited() const {
        std::lock_guard const lock(mutex_);
        return limited_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<row> requests_;
    std::vector<std::string> queries_;
    std::vector<std::string> limited_;
};

/// Everything below the protocols, with one store "products" that holds the record "bolt" at revision 7.
struct data_plane_fixture {
    fake_database database;
    std::shared_ptr<fake_store> products = *database.create_store("products", {});
    fake_access access;
    recording_metrics metrics;
    service::data_service<fake_database> actions{database, access, metrics};

    data_plane_fixture() { products->put("bolt", R"({"price":2.5,"name":"Bolt"})", 7); }
};

} // namespace mkdb::testing
