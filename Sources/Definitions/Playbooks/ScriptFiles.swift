// SPDX-License-Identifier: Apache-2.0

import Model

/// The scripts that stand beside a playbook.
///
/// A script named by `script: {file: …}` is read here and put into the settings as `script: {text: …, file: …}`, so that a plan is
/// made from values alone and no later room reads a file.
struct ScriptFiles {
    /// The largest script that is read.
    private static let largestSize = 1_000_000

    /// The playbook's folder; no script is read from outside it.
    let folder: String

    /// The settings of a task with its script in place of the script's name.
    func filledIn(_ with: Field, _ problems: inout Problems) -> Setting {
        let entries = with.setting.entries.map { entry in
            guard entry.key == "script", let file = entry.value["file"] else { return entry }
            let field = with.child(entry.key, entry.value, key: entry.place)
            return Setting.Entry(entry.key, script(field, file, &problems), at: entry.place)
        }
        return Setting(.map(entries), at: with.place)
    }

    private func script(_ field: Field, _ file: Setting, _ problems: inout Problems) -> Setting {
        let name = field.child("file", file, key: field.place)
        if field.setting["text"] != nil {
            field.report("has both 'file' and 'text'; keep one", &problems)
            return field.setting
        }
        guard let path = path(name, &problems), let text = text(at: path, name, &problems) else { return field.setting }
        let others = field.setting.entries.filter { $0.key != "file" }
        let content = [Setting.Entry("text", Setting(.scalar(text, quoted: true), at: name.place), at: name.place)]
        return Setting(.map(content + [Setting.Entry("file", file, at: name.place)] + others), at: field.place)
    }

    /// The script's path, if its name leads to a place below the playbook's folder.
    private func path(_ field: Field, _ problems: inout Problems) -> String? {
        guard let name = field.text(&problems) else { return nil }
        guard !field.isTemplate else {
            field.report("a script's file is fixed; '${…}' is not filled in here", &problems)
            return nil
        }
        guard name.utf8.first != UInt8(ascii: "/"), !name.utf8.contains(0),
            !name.unicodeScalars.split(separator: "/").contains(where: { $0.elementsEqual("..".unicodeScalars) })
        else {
            field.report("must stay inside the playbook's folder: no leading '/', no '..'", &problems)
            return nil
        }
        let path = Paths.join(folder, name)
        guard let real = Files.realPath(path), let root = Files.realPath(folder) else {
            let beside = (try? Files.names(in: Paths.folder(of: path))) ?? []
            let help = didYouMean(String(Paths.name(of: path)), among: beside)
            field.report("there is no file \(path)\(help)", &problems)
            return nil
        }
        guard real.hasPrefix(root == "/" ? root : root + "/") else {
            field.report("\(path) is a link that leaves the playbook's folder", &problems)
            return nil
        }
        return path
    }

    private func text(at path: String, _ field: Field, _ problems: inout Problems) -> String? {
        guard Files.kind(of: path) == .file else {
            field.report("\(path) is not a file", &problems)
            return nil
        }
        do {
            let bytes = try Files.read(path, limit: Self.largestSize)
            if let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) { return text }
            field.report("\(path) is not UTF-8 text", &problems)
        } catch {
            field.report("\(path) \(error.message)", &problems)
        }
        return nil
    }
}
