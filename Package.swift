// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

let package = Package(
    name: "anwal-growth",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "anwal", targets: ["CLI"]),
        .executable(name: "anwal-xls", targets: ["XLSReader"]),
        .executable(name: "anwal-mail-sink", targets: ["MailSink"]),
        // For the package in Benchmarks/.
        .library(name: "Store", targets: ["Store"]),
        .library(name: "StoreMongo", targets: ["StoreMongo"]),
        .library(name: "StoreSQLite", targets: ["StoreSQLite"]),
        .library(name: "Spreadsheet", targets: ["Spreadsheet"]),
        .library(name: "Matching", targets: ["Matching"]),
        .library(name: "Growth", targets: ["Growth"]),
        .library(name: "MailMIME", targets: ["MailMIME"]),
        .library(name: "MailSMTP", targets: ["MailSMTP"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries, each a module map over the system's package.
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
        .systemLibrary(name: "CMongoC", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),

        .target(name: "Store", swiftSettings: strict),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "Store",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "StoreMongo",
            dependencies: ["Store", "CMongoC", .product(name: "NIOPosix", package: "swift-nio")],
            swiftSettings: strict),
        .target(name: "Matching", swiftSettings: strict),
        .target(name: "Spreadsheet", dependencies: ["CISAL", "CXLSXWriter"], swiftSettings: strict),
        .executableTarget(name: "XLSReader", dependencies: ["Spreadsheet"], swiftSettings: strict),
        .target(
            name: "MailMIME",
            dependencies: [
                "CGMime", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(
            name: "MailSMTP",
            dependencies: [
                "MailMIME",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "MailIMAP",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "MailDNS",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "MailTesting",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(name: "MailSink", dependencies: ["MailTesting"], swiftSettings: strict),
        .target(
            name: "Outbound",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(
            name: "Growth",
            dependencies: [
                "Store", "Matching", "Spreadsheet", "MailSMTP", "MailIMAP", "Outbound", "CArgon2", "CCrypt",
                .target(name: "CMalloc", condition: .when(platforms: [.linux])),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "Web",
            dependencies: [
                "Growth",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            resources: [.copy("Templates"), .copy("Locales"), .copy("Assets")],
            swiftSettings: strict),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Web", "MailSMTP", "MailDNS", "StoreMongo", "StoreSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // The engines as the tests of several targets open them.
        .target(
            name: "StoreTesting", dependencies: ["StoreSQLite", "StoreMongo"], path: "Tests/StoreTesting",
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["StoreSQLite", "StoreMongo", "StoreTesting"], swiftSettings: strict),
        .testTarget(name: "MatchingTests", dependencies: ["Matching"], swiftSettings: strict),
        .testTarget(
            name: "SpreadsheetTests", dependencies: ["Spreadsheet", "XLSReader"], exclude: ["reference"],
            swiftSettings: strict),
        .testTarget(
            name: "MailTests",
            dependencies: [
                "MailMIME", "MailSMTP", "MailIMAP", "MailDNS", "MailTesting",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["reference"],
            swiftSettings: strict),
        .testTarget(
            name: "GrowthTests",
            dependencies: ["Growth", "MailMIME", "MailSMTP", "MailIMAP", "MailTesting", "StoreTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "MailTesting", "StoreMongo", "StoreSQLite", "StoreTesting",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: strict),
    ]
)
