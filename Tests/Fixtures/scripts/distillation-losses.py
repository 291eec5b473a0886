"""Losses of distillation and their derivatives by the student's logits, from PyTorch's autograd in double.

pip install torch; python3 distillation-losses.py > ../distillation-losses.json
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(20)


def draw(count, spread):
    """Rounded to float32, so that both sides read the same numbers."""
    return (torch.randn(count, dtype=torch.float32) * spread).double()


def top(student, teacher, temperature, k):
    """The k likeliest tokens, and one class for all others."""
    p, q = (F.softmax(x / temperature, 0) for x in (teacher, student))
    order = torch.argsort(teacher, descending=True)[:k]
    rest = torch.ones_like(p, dtype=torch.bool)
    rest[order] = False
    coarse_p = torch.cat([p[order], p[rest].sum().reshape(1)])
    coarse_q = torch.cat([q[order], q[rest].sum().reshape(1)])
    return F.kl_div(coarse_q.log(), coarse_p, reduction="sum")


def losses(label, teacher, temperature, k):
    square = temperature * temperature

    def divergence(x):
        return square * F.kl_div(
            F.log_softmax(x / temperature, 0), F.softmax(teacher / temperature, 0), reduction="sum"
        )

    def reverse(x):
        return square * F.kl_div(
            F.log_softmax(teacher / temperature, 0), F.softmax(x / temperature, 0), reduction="sum"
        )

    return {
        "labels": lambda x: F.cross_entropy(x[None], torch.tensor([label])),
        "divergence": divergence,
        "reverse": reverse,
        "top": lambda x: square * top(x, teacher, temperature, k),
    }


cases = []
for vocabulary, spread, temperature, k in [(11, 1, 1, 3), (64, 3, 1, 8), (64, 2, 2.5, 8), (37, 6, 4, 1)]:
    student, teacher = draw(vocabulary, spread), draw(vocabulary, spread)
    label = int(torch.randint(vocabulary, (1,)))
    case = {
        "label": label,
        "temperature": temperature,
        "k": k,
        "student": student.tolist(),
        "teacher": teacher.tolist(),
        "losses": {},
    }
    for name, loss in losses(label, teacher, temperature, k).items():
        x = student.clone().requires_grad_()
        value = loss(x)
        value.backward()
        case["losses"][name] = {"loss": value.item(), "gradient": [float(f"{g:.9g}") for g in x.grad.tolist()]}
    cases.append(case)
print(json.dumps({"torch": torch.__version__, "cases": cases}))
