//! Remarks on fields that Flux has dropped.

use tagwright_message::Template;

/// How many remarks a template gets.
#[track_caller]
fn remarks(source: &str, expected: usize) {
    let lints = Template::go(source).expect(source).lint();
    assert_eq!(lints.len(), expected, "{source}\n{lints:?}");
}

#[test]
fn old_fields_are_found_wherever_the_data_is() {
    remarks("{{ .Updated.Images }}", 1);
    remarks(
        "{{ range .Changed.Changes }}{{ $.Updated.Files }}{{ end }}",
        1,
    );
    remarks("{{ $d := . }}{{ $d.Updated.Images }}", 1);
    remarks("{{ $d := $ }}{{ $e := $d }}{{ $e.Updated }}", 1);
    remarks("{{ with . }}{{ .Updated }}{{ end }}", 1);
    remarks(
        "{{ with $x := . }}{{ $x.Updated }}{{ .Updated }}{{ end }}",
        2,
    );
}

#[test]
fn what_is_not_the_data_is_left_alone() {
    remarks("{{ with .Values }}{{ .Updated }}{{ end }}", 0);
    remarks("{{ range .Changed.Changes }}{{ .Updated }}{{ end }}", 0);
    remarks("{{ $d := .Values }}{{ $d.Updated }}", 0);
    remarks("{{ $d := . }}{{ $d = .Values }}{{ $d.Updated }}", 0);
}
