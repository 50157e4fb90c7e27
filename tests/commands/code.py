"""Code as a person writes it: the linear layer, in this package's form and as the chapter's listing."""

LINEAR = """
import numpy as np

def forward(x, W, b):
    return x @ W.T + b, (x, W)

def backward(g, saved):
    x, W = saved
    return {"x": g @ W, "W": g.T @ x, "b": g.sum(axis=0)}
"""
LISTING = """
class linear():
    def __init__(self, W, b, lr):
        self.W = W
        self.b = b
        self.lr = lr # learning rate
    def forward(self, x_in):
        self.x_in = x_in
        return matmul(self.W,x_in)+self.b
    def backward(self,J_out):
        J_in = matmul(J_out,self.W)
        dJdW = matmul(self.x_in,J_out)
        dJdb = J_out
        return J_in, dJdW, dJdb
    def update(self, dJdW, dJdb):
        self.W -= self.lr*dJdW.transpose()
        self.b -= self.lr*dJdb.transpose()
"""
