"""Conan 2 recipe of MkDB: headers only, so that one package serves every compiler and setting."""

import os

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy
from conan.tools.layout import basic_layout
from conan.tools.system.package_manager import Apt, Dnf, PacMan

required_conan_version = ">=2.0"


class MkdbConan(ConanFile):
    name = "mkdb"
    version = "0.1.0"
    description = "Log-structured JSON document database, as a header-only library"
    license = "MIT"
    topics = ("database", "document-store", "json", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_net": [True, False], "with_isal": [True, False]}
    default_options = {"with_net": False, "with_isal": False}
    no_copy_source = True

    def export_sources(self):
        root = os.path.dirname(self.recipe_folder)
        for pattern in ("LICENSE", "include/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def layout(self):
        basic_layout(self, src_folder=".")

    def requirements(self):
        self.requires("boost/1.81.0", transitive_headers=True, transitive_libs=True)
        self.requires("icu/72.1", transitive_headers=True, transitive_libs=True)
        self.requires("range-v3/0.12.0", transitive_headers=True)
        self.requires("re2/20220601", transitive_headers=True, transitive_libs=True)
        self.requires("roaring/0.2.66", transitive_headers=True, transitive_libs=True)
        self.requires("tsl-robin-map/1.2.1", transitive_headers=True)
        self.requires("xxhash/0.8.1", transitive_headers=True)
        if self.options.with_net:
            self.requires("openssl/[>=3 <4]", transitive_headers=True, transitive_libs=True)
        if self.options.with_isal:
            self.requires("isa-l/2.30.0", transitive_headers=True, transitive_libs=True)

    def system_requirements(self):
        # Conan Center has no recipe for Snowball's libstemmer.
        Apt(self).install(["libstemmer-dev"])
        Dnf(self).install(["libstemmer-devel"])
        PacMan(self).install(["snowball"])

    def package_id(self):
        self.info.clear()

    def validate(self):
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("mkdb runs on Linux")
        if self.settings.get_safe("compiler.cppstd"):
            check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))
        copy(self, "*.hpp", src=os.path.join(self.source_folder, "include"),
             dst=os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "mkdb")
        library = self.cpp_info.components["mkdb"]
        library.set_property("cmake_target_name", "mkdb::mkdb")
        library.bindirs = []
        library.libdirs = []
        library.system_libs = ["stemmer", "pthread"]
        library.requires = ["boost::json", "icu::icu-uc", "range-v3::range-v3", "re2::re2", "roaring::roaring",
                            "tsl-robin-map::tsl-robin-map", "xxhash::xxhash"]
        if self.options.with_net:
            net = self.cpp_info.components["net"]
            net.set_property("cmake_target_name", "mkdb::net")
            net.bindirs = []
            net.libdirs = []
            net.requires = ["mkdb", "boost::headers", "openssl::openssl"]
        if self.options.with_isal:
            isal = self.cpp_info.components["isal"]
            isal.set_property("cmake_target_name", "mkdb::isal")
            isal.bindirs = []
            isal.libdirs = []
            isal.requires = ["mkdb", "isa-l::isa-l"]
