// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nothing that measures reaches the product. Build it with `-c release`.
let package = Package(
    name: "anwal-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "anwal-growth", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "SpreadsheetBench", dependencies: [.product(name: "Spreadsheet", package: "anwal-growth")]),
        .executableTarget(
            name: "StoreBench",
            dependencies: [
                .product(name: "Store", package: "anwal-growth"),
                .product(name: "StoreMongo", package: "anwal-growth"),
                .product(name: "StoreSQLite", package: "anwal-growth"),
            ]),
        .executableTarget(
            name: "MailBench",
            dependencies: [
                .product(name: "MailMIME", package: "anwal-growth"),
                .product(name: "MailSMTP", package: "anwal-growth"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(name: "MatchingBench", dependencies: [.product(name: "Matching", package: "anwal-growth")]),
        .executableTarget(
            name: "ImportBench",
            dependencies: [
                .product(name: "Growth", package: "anwal-growth"),
                .product(name: "StoreSQLite", package: "anwal-growth"),
            ]),
    ]
)
