"""证明材料: scanned papers of a child, on its own page, in a list, and one by one in full size."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response, redirect, request, send_file, url_for
from flask_admin import expose
from werkzeug.datastructures import FileStorage

from admin.base import PanelView
from admin.columns import Column, size_told
from admin.exporting import file_name
from admin.listing import Listing
from admin.shell import needs, refuse, say
from admin.signin import own_path
from aid.errors import AidError, BadPicture, OutOfScope
from aid.operations.proofs import add_proof, correct_proof, may_add, proofs_of, remove_proof
from aid.permissions import Permission
from aid.pictures import store
from aid.record import last_operation
from aid.rules.pictures import LARGEST, lacks_proof
from aid.rules.supplements import wants_proof
from aid.scope import Actor, visible
from forms.proofs import CorrectForm, ProofForm, RemoveForm
from models import Beneficiary, Proof, Source

PAGES = {"check": "check.row_view", "beneficiary": "beneficiary.details_view"}  # that show the papers of a child
ALONE = "default-src 'none'; sandbox"  # a picture that is opened by itself does nothing
NOBODY = "没有这个学生，或不在您的管理范围内。"


class ProofView(PanelView):
    model = Proof
    read = Permission.BENEFICIARY_READ
    columns = ("beneficiary", "beneficiary.id_number", "kind", "note", "size", "added_by", "added_at")
    details = ("kind", "note", "width", "height", "size", "added_by", "added_at")
    labels = {"beneficiary": "姓名"}
    filters = ("beneficiary", "kind", "added_at")
    note = "在资助对象或核对工作里打开一个学生，就可以添加证明材料。"
    details_template: ClassVar[str] = "proof.html"

    def made(self, wanted: Sequence[str]) -> list[Column]:
        return [replace(c, teller=size_told) if c.name == "size" else c for c in super().made(wanted)]

    def extras(self, look: Listing) -> dict[str, Any]:
        """The pictures of the page's rows by their ids, to be shown small."""
        shown = visible(Proof, self.actor.scope).where(Proof.id.in_([line.id for line in look.lines]))
        return {"small": dict(shown.select(Proof.id, Proof.file).tuples())}

    def row_extras(self, row: Proof) -> dict[str, Any]:
        """The pictures before and after it, and the page that its child was left from."""
        ids = [proof.id for proof in proofs_of(self.actor, row.beneficiary)]
        place, at = ids.index(row.id), _asked_at()
        return {
            "at": at,
            "child": row.beneficiary,
            "child_url": url_for(PAGES[at], id=row.beneficiary_id),
            "place": place,
            "ids": ids,
            "form": CorrectForm(formdata=None, obj=row) if may_add(self.actor, row.beneficiary) else None,
        }

    # -- the pictures themselves ------------------------------------------------------

    @expose("/picture/<file>")
    def picture_view(self, file: str) -> Response:
        """In full size; `?keep=1` to be kept as a file."""
        proof = self._called(file)
        return _sent(proof, store.whole_of(proof.file), keep=request.args.get("keep") == "1")

    @expose("/thumbnail/<file>")
    def thumbnail_view(self, file: str) -> Response:
        proof = self._called(file)
        return _sent(proof, store.thumbnail_of(proof.file))

    def _called(self, file: str) -> Proof:
        proof = visible(Proof, self.actor.scope).where(Proof.file == file).get_or_none()
        if proof is None:
            raise OutOfScope("没有这张图片，或不在您的管理范围内。")
        return proof

    # -- the papers of one child --------------------------------------------------------

    @expose("/of/")
    def of_view(self) -> str:
        """What a child's page shows of them, by itself: for the script of that page."""
        child = self._child(request.args.get("id", ""))
        return self.render("proofs.html", row=child, **proofs_panel(self.actor, child, _asked_at()))

    @expose("/add/", methods=("POST",))
    @needs(Permission.PROOF_ADD)
    def add_view(self) -> Any:
        """Each picture by itself: one that is refused does not keep the others from being added."""
        form = ProofForm()
        if not form.validate():
            for sentence in (sentence for errors in form.errors.values() for sentence in errors):
                refuse(AidError(sentence))
            return redirect(own_path(request.form.get("back")))
        child = self._child(form.id.data)
        for sent in form.files.data:
            self._add(child, sent, form)
        return redirect(own_path(request.form.get("back")))

    def _add(self, child: Beneficiary, sent: FileStorage, form: ProofForm) -> None:
        content = sent.stream.read(LARGEST + 1)
        try:
            proof = add_proof(self.actor, child, content, kind=form.kind.data, note=form.note.data or "")
        except AidError as refusal:
            refuse(BadPicture(f"{sent.filename}：{refusal}"))
        else:
            say(f"{sent.filename}：已添加为{proof}", operation_id=last_operation(proof))

    @expose("/correct/", methods=("POST",))
    @needs(Permission.PROOF_ADD)
    def correct_view(self) -> Any:
        """What kind of paper it is, and the note on it; then the picture again."""
        form = CorrectForm()
        proof = self.row(form.id.data)
        if form.validate():
            try:
                proof.version = int(form.version.data)
                operation = correct_proof(self.actor, proof, kind=form.kind.data, note=form.note.data or "")
            except AidError as refusal:
                refuse(refusal)
            else:
                say(f"{proof.beneficiary}：已更正为{proof}" if operation else "没有改动", operation_id=operation)
        for sentence in (sentence for errors in form.errors.values() for sentence in errors):
            refuse(AidError(sentence))
        return redirect(own_path(request.form.get("back")))

    @expose("/remove/", methods=("POST",))
    @needs(Permission.PROOF_ADD)
    def remove_proof_view(self) -> Any:
        form = RemoveForm()
        if not form.validate():
            raise OutOfScope("没有这条记录，或不在您的管理范围内。")
        proof = self.row(form.id.data)
        proof.version = int(form.version.data)
        try:
            operation = remove_proof(self.actor, proof)
        except AidError as refusal:
            refuse(refusal)
        else:
            say(f"{proof.beneficiary}：已移除{proof}", operation_id=operation)
        return redirect(own_path(request.form.get("back")))

    def _child(self, key: str) -> Beneficiary:
        wanted = int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else 0
        child = visible(Beneficiary, self.actor.scope).where(Beneficiary.id == wanted).get_or_none()
        if child is None:
            raise OutOfScope(NOBODY)
        return child


def proofs_panel(actor: Actor, child: Beneficiary, at: str) -> dict[str, Any]:
    """What proofs.html wants on the page `at` of a child."""
    adds, proofs = may_add(actor, child), proofs_of(actor, child)
    supplemented, on_register = child.source == Source.SUPPLEMENT, child.register_person_id is not None
    wanted = wants_proof(supplemented=supplemented, on_register=on_register)
    return {
        "proofs": proofs,
        "lacks_proof": lacks_proof(wanted=wanted, proofs=len(proofs)),
        "proof_form": ProofForm(formdata=None, id=str(child.id)) if adds else None,
        "at": at,
        "page_url": url_for(PAGES[at], id=child.id),
    }


def _asked_at() -> str:
    at = request.args.get("at", "")
    return at if at in PAGES else "beneficiary"


def _sent(proof: Proof, path: Any, *, keep: bool = False) -> Response:
    if not path.exists():
        raise OutOfScope("图片文件不在服务器上（可能是恢复备份时漏了 proofs 文件夹），请告诉管理员。")
    name = file_name(f"{proof.beneficiary}_{proof}_{proof.id}.jpg")
    answer = send_file(path, mimetype="image/jpeg", as_attachment=keep, download_name=name)
    answer.headers["Content-Security-Policy"] = ALONE
    return answer
