/// Imports: the wizard, the runs, and both for other programs.
enum ImportRoutes {
    static let all: [Endpoint] = WizardRoutes.all + RunPages.all + ImportAPI.all
}
