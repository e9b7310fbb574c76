"""学籍名册: the school roll as delivered."""

from admin.base import PanelView
from aid.permissions import Permission
from models import Enrolment


class EnrolmentView(PanelView):
    model = Enrolment
    read = Permission.ROLL_READ
    columns = ("name", "id_number", "sex", "birth_date", "school", "grade", "class_name", "status", "entered", "boards")
    filters = ("school", "stage", "grade", "status")
    search = ("name", "id_number")
    sort = "id"
    note = "教育部门送来的学籍，原样保存。学校核对时改的是资助对象，不改这里。"
