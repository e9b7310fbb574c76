"""导入模板: the empty sheet of a format, to be downloaded, filled in and imported."""

from io import BytesIO

from flask import Response
from flask_admin import expose

from admin.exporting import XLSX, download
from aid.errors import OutOfScope
from aid.imports import FORMATS
from aid.scope import Actor
from aid.workbooks.template import template_workbook


class Templates:
    """Mixed into the view of the imports: a template for whoever may import its format."""

    actor: Actor

    @expose("/template/<slug>.xlsx")
    def template_view(self, slug: str) -> Response:
        if slug not in FORMATS:
            raise OutOfScope("没有这种表格的模板。")
        out = BytesIO()
        template_workbook(self.actor, slug, out)
        return download(out.getvalue(), f"{FORMATS[slug].title}（导入模板）.xlsx", mimetype=XLSX)
